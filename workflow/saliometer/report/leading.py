"""How sentences speak of the metric that leads the page."""

from typing import NamedTuple

from saliometer.metrics import MetricSpec


class LeadWords(NamedTuple):
    """Words of one metric.

    ``name``: in running text; ``at_start``: at the start of a sentence. ``is_what``: a sentence that says
    what it is. ``undefined_when``: why a map has none. Phrases to fill in: ``has``, what a method's mean
    says, with {mean} and {target} (the tiles); ``stands``, how methods differ from something, with {s} (for
    one), {its}, {more} and {higher}; ``concluded``, the same against a map that knows nothing.
    """

    name: str
    at_start: str
    is_what: str
    undefined_when: str
    has: str
    stands: str
    concluded: str


def leading_words(name: str, metric: MetricSpec) -> LeadWords:
    """Return the words of a metric: those of precision tell what it measures, those of others name it."""
    is_what = f"{metric.label} is the {metric.meaning}."
    if name == "precision":
        has = "puts {mean} of its positive relevance on the {target}"
        stands = "put{s} {more} of {its} positive relevance on the target"
        concluded = "put{s} {more} positive relevance on the asked class than a map that knows nothing of it"
        return LeadWords("precision", metric.label, is_what, metric.undefined_when, has, stands, concluded)
    return named_words(metric)


def named_words(metric: MetricSpec) -> LeadWords:
    """Return the words of a metric that only name it."""
    is_what = f"{metric.label} is the {metric.meaning}."
    # Initials such as ROC stay as they are.
    is_initials = metric.label[1:2].isupper()
    text = metric.label if is_initials else metric.label[0].lower() + metric.label[1:]
    stands = f"score{{s}} {{higher}} by {text}"
    concluded = f"{stands} than a map that knows nothing of the asked class"
    has = f"has a mean {text} of {{mean}}"
    return LeadWords(text, metric.label, is_what, metric.undefined_when, has, stands, concluded)


def compared(phrase: str, singular: bool, above: bool) -> str:
    """Fill in a phrase of ``stands`` or ``concluded`` for one method or several, above or below."""
    number = {"s": "s", "its": "its"} if singular else {"s": "", "its": "their"}
    side = {"more": "more", "higher": "higher"} if above else {"more": "less", "higher": "lower"}
    return phrase.format(**number, **side)
