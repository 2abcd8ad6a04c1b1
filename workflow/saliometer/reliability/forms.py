"""Forms of the same mosaics: which one is the original, against which the others are held."""

from collections.abc import Iterable, Sequence

ORIGINAL = "original"


def in_order(forms: Iterable[str], known: Sequence[str] = ()) -> list[str]:
    """Return forms with the original first: the one of this name, whatever sorts before it.

    Parameters: ``forms``, those that are there; ``known``, the order in which a study names its forms,
    the first of which is the original where none is called so; those that it does not name come last.
    """
    there = set(forms)
    named = [form for form in known if form in there]
    rest = sorted(there.difference(named))
    return sorted([*named, *rest], key=lambda form: form != ORIGINAL)
