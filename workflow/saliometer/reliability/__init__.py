"""How far scores can be trusted: psychometric coefficients of a table of scores, one module per kind.

The coefficients are pure functions of arrays and know nothing of images, models or maps.
"""
