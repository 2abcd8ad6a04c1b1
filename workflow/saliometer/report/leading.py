"""How sentences speak of the metric that leads the page."""

from typing import NamedTuple

from saliometer.metrics import MetricSpec


class LeadWords(NamedTuple):
    """Words of one metric.

    ``name``: in running text; ``at_start``: at the start of a sentence. ``undefined_when``: why a map has
    none. Phrases to fill in: ``has``, what a method's mean says, with {mean} and {target} (the tiles);
    ``stands``, how methods differ from something, with {s} (for one), {its}, {more} and {higher};
    ``concluded``, the same against a map that knows nothing.
    """

    name: str
    at_start: str
    undefined_when: str
    has: str
    stands: str
    concluded: str


def leading_words(name: str, metric: MetricSpec, of_table: bool = False) -> LeadWords:
    """Return the words of a metric: those of precision tell what it measures, those of others name it.

    Parameters: ``of_table``, whether it is a column of somebody's table, which is called as it is there.
    """
    if name == "precision" and not of_table:
        has = "puts {mean} of its positive relevance on the {target}"
        stands = "put{s} {more} of {its} positive relevance on the target"
        concluded = "put{s} {more} positive relevance on the asked class than a map that knows nothing of it"
        return LeadWords("precision", metric.label, metric.undefined_when, has, stands, concluded)
    # Initials such as ROC stay as they are.
    verbatim = of_table or metric.label[1:2].isupper()
    text = metric.label if verbatim else metric.label[0].lower() + metric.label[1:]
    stands = f"score{{s}} {{higher}} by {_literal(text)}"
    concluded = f"{stands} than a map that knows nothing of the asked class"
    has = f"has a mean {_literal(text)} of {{mean}}"
    return LeadWords(text, metric.label, metric.undefined_when, has, stands, concluded)


def compared(phrase: str, n: int, above: bool) -> str:
    """Fill in a phrase of ``stands`` or ``concluded`` for n methods, above or below."""
    number = {"s": "s", "its": "its"} if n == 1 else {"s": "", "its": "their"}
    side = {"more": "more", "higher": "higher"} if above else {"more": "less", "higher": "lower"}
    return phrase.format(**number, **side)


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
