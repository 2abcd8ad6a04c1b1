"""Codes and their texts: each has one, and comes back from the table as it went in."""

from saliometer.reliability.codes import Code, decoded, encoded, note
from saliometer.reliability.rows.words import TEXTS, text_of


def test_every_code_has_a_text():
    assert set(TEXTS) == set(Code)


def test_notes_within_notes_come_back():
    withdrawn = note(Code.NOT_AFTER_HOLM, verdict=note(Code.ABOVE, anchor="edges"), n=3)
    notes = (note(Code.NO_INTERVAL, why=(note(Code.ONE_CLUSTER),)), withdrawn)
    assert decoded(encoded(notes)) == notes
    assert text_of(decoded(encoded(notes)), {"edges": "Edges"}) == (
        "no interval: one cluster only; above Edges, but not after Holm's adjustment for 3 tests"
    )
