"""What a row says beside its numbers, verdict and reasons, as codes with arguments.

Programs read the codes; ``rows.words`` makes the sentences that people read, in the table and on the page.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum, auto
from typing import Any, NamedTuple


class Code(StrEnum):
    """Everything that a row may say; ``rows.words.TEXTS`` has the text of each."""

    # Verdicts.
    UNDECIDED = auto()
    ITEMS_AGREE = auto()
    ALIKE = auto()
    OPPOSITE = auto()
    ORDERS_ALL = auto()
    SEPARATES_SOME = auto()
    A_BETTER = auto()
    B_BETTER = auto()
    A_BARELY_BETTER = auto()
    B_BARELY_BETTER = auto()
    ABOVE = auto()
    BELOW = auto()
    BARELY_ABOVE = auto()
    BARELY_BELOW = auto()
    # Why a verdict is withdrawn.
    NOT_AFTER_HOLM = auto()
    NOT_WHERE_UNDEFINED = auto()
    # Which methods are compared.
    LEFT_OUT = auto()
    POSITIVE_ONLY = auto()
    NEVER_DEFINED = auto()
    NO_SIGNS = auto()
    FEW_METHODS = auto()
    FEW_COMPLETE_ITEMS = auto()
    FEW_ITEMS_IN_EVERY_FORM = auto()
    ALIAS = auto()
    # Why there is no estimate.
    TIED_ON_EVERY_ITEM = auto()
    NO_PAIR_BETWEEN = auto()
    NO_PAIR_WITHIN = auto()
    NO_AGREEMENT = auto()
    CONSTANT_METHOD = auto()
    CONSTANT_METRIC = auto()
    CONSTANT_BETWEEN = auto()
    CONSTANT_WITHIN = auto()
    CONSTANT_SCORES = auto()
    NO_VARIANCE = auto()
    ONE_CLUSTER = auto()
    ONE_ITEM_IN_EACH = auto()
    ITEM_HOLDS_MORE = auto()
    METHOD_CLASS_HOLDS_MORE = auto()
    EQUAL_MEANS = auto()
    EQUAL_MEANS_OVER_FORMS = auto()
    NO_COMPONENT = auto()
    NOT_SEPARABLE = auto()
    NOISE_NOT_MEASURED = auto()
    ONE_REPLICATE = auto()
    ONE_REPLICATE_OF_A_TABLE = auto()
    DRAWS_NOTHING = auto()
    FEW_REPEATED_ITEMS = auto()
    NO_ITEM_IN_BOTH = auto()
    FEW_PAIRS = auto()
    NO_SHARED_ITEM = auto()
    OR_ALWAYS_TIED = auto()
    FEW_SETTINGS_METHODS = auto()
    NOT_RESAMPLED = auto()
    # Why there is no interval or no p.
    NO_INTERVAL = auto()
    UNDEFINED_WITHOUT_ONE = auto()
    FEW_CLUSTERS = auto()
    TIED_IN_EVERY_CLUSTER = auto()
    PAIR_TIED = auto()
    TOO_FEW_TO_BOUND = auto()
    NO_P = auto()
    ONE_CLUSTER_SWAPPED = auto()
    METRICS_NOT_FREE = auto()
    TOO_MANY_SHARED = auto()
    OR_TOO_MANY_SHARED = auto()
    OR_NOT_COUNTED = auto()
    # How it was computed.
    PERMUTED = auto()
    ENUMERATED = auto()
    FOR_SHARED = auto()
    FOR_UNDEFINED = auto()
    TIED_ITEMS_LEFT_OUT = auto()
    SHARE_OF_RESAMPLES = auto()
    SHARED_NOT_COUNTED = auto()
    CONDITIONAL_ON_CLASSES = auto()
    MEANS_OVER_FORMS = auto()
    FREE_METRICS = auto()
    NULL_COUNTED = auto()
    NULL_DRAWN = auto()
    ATTAINABLE = auto()
    # What a verdict of G rests on.
    G_HAS = auto()
    G_REACHES_BELOW = auto()
    CLUSTERS_WOULD_DO = auto()
    NO_CLUSTERS_WOULD_DO = auto()
    BY_CHANCE = auto()
    CHANCE_NOT_TESTED = auto()
    NO_PAIR_SEPARATED = auto()
    NO_DIFFERENCE_MATTERS = auto()
    NO_DIFFERENCE_BEYOND_SEEDS = auto()
    TWO_REPLICATES_WOULD_DO = auto()
    P_AFTER_HOLM = auto()
    PAIRS_NOT_COUNTED = auto()
    PAIRS_SEPARATED = auto()


class Note(NamedTuple):
    """A code with its arguments: numbers, names of methods, or further notes, by name."""

    code: Code
    arguments: Mapping[str, Any] = {}


Notes = tuple[Note, ...]


def note(code: Code, **arguments) -> Note:
    """Make a note."""
    return Note(code, arguments)


def has(notes: Iterable[Note] | None, code: Code) -> bool:
    """Tell whether a code is among notes."""
    return any(one.code == code for one in notes or ())


def encoded(notes: Sequence[Note]) -> str:
    """Return notes as one line of JSON, a list of objects with "code" and the arguments."""
    return json.dumps([_plain(one) for one in notes], ensure_ascii=False)


def decoded(text: str | None) -> Notes:
    """Return the notes that ``encoded`` wrote; none for what is no text."""
    return tuple(map(_note, json.loads(text))) if isinstance(text, str) else ()


def _plain(value):
    if isinstance(value, Note):
        return {"code": value.code, **{key: _plain(each) for key, each in value.arguments.items()}}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _note(value):
    if isinstance(value, dict):
        arguments = {key: _note(each) for key, each in value.items() if key != "code"}
        return Note(Code(value["code"]), arguments)
    return tuple(_note(each) for each in value) if isinstance(value, list) else value
