"""Scores that somebody else computed: their table read, checked, and described as a study of its own.

Nothing here needs images, models or maps. What a table does not tell is not made up: chance levels, for one,
are unknown.
"""
