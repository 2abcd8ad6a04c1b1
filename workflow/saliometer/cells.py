"""Texts in the cells of CSV files that people open in a spreadsheet: names, and never formulas.

A spreadsheet runs a cell that begins with =, +, - or @ as a formula, which may fetch or start what it names.
By the rule of OWASP's page on CSV injection such a text gets an apostrophe before that sign. As some
spreadsheets part cells at semicolons, tabs and line breaks too, whatever the file's own separator, what
follows those inside of a text is held to the same.
"""

import re

BEGINNING = r"(^|[;\t\r\n])"
SIGN = r"('*[^\S\t\r\n]*[=+\-@\uff0b\uff0d\uff1d\uff20])"  # also in their full-width forms
FORMULA, GUARDED = re.compile(BEGINNING + SIGN), re.compile(f"{BEGINNING}'{SIGN}")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def guarded(text: object) -> object:
    """Return a text as a CSV cell that is no formula; numbers and what is no text stay as they are."""
    if not isinstance(text, str) or not FORMULA.search(text) or NUMBER.fullmatch(text):
        return text
    return FORMULA.sub(r"\1'\2", text)


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` made a cell of."""
    return GUARDED.sub(r"\1\2", text)
