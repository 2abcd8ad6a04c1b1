"""Does the network know the photographs at all? Where it does not, the labels can't be right.

Labels of another numbering than the network's outputs give scores that look like any others. They show in
the tiles that stand alone: the network recognises fewer of them than somebody who guesses among the classes
of the data set.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from scipy.special import betaincinv

from saliometer.findings.scope import Scope, networks_of, within
from saliometer.report.sentences import counted
from saliometer.tables import read_parquet

LEVEL = 0.05  # one-sided
FIRST = (1, 5)  # among so many first classes
NOTHING = "Nothing about the methods: the network does not know what it is shown, see the top of the page."


class Recognition(NamedTuple):
    """How many of ``n_images`` photographs, of ``n_classes``, a network recognises when they stand alone.

    ``hits``: those whose class is its first one, and those whose class is among its first five.
    """

    n_images: int
    n_classes: int
    hits: tuple[int, int]

    @property
    def is_credible(self) -> bool:
        """Whether the labels can be right: both rates may be those of guessing among the classes, or more.

        A rate is too low when the one-sided 95 % upper limit of a proportion (Clopper & Pearson, 1934) lies
        below the rate of guessing, 1 or 5 of ``n_classes`` where there are more. Each photograph counts once.
        """
        rates = [pair for pair in zip(FIRST, self.hits, strict=True) if pair[0] < self.n_classes]
        return all(_upper_limit(hits, self.n_images) >= first / self.n_classes for first, hits in rates)


def recognition_of(tables: Mapping[str, pd.DataFrame], scope: Scope) -> Recognition:
    """Count what the network of a scope recognises; ``tables`` with ``predictions`` and ``tiles``.

    Tiles whose rank is not known do not count.
    """
    mosaics = within(tables["predictions"], scope).drop_duplicates("mosaic")
    tiles = tables["tiles"]
    tiles = tiles[(tiles["dataset"] == scope.dataset) & (tiles["form"] == scope.form)]
    ranks = {
        (mosaic, tile): rank
        for mosaic, words in zip(mosaics["mosaic"], mosaics["tile_ranks"], strict=True)
        for tile, rank in enumerate(str(words).split())
        if rank != "-"
    }
    keys = list(zip(tiles["mosaic"], tiles["tile"], strict=True))
    known = tiles.assign(rank=[ranks.get(key) for key in keys]).dropna(subset="rank")
    known = known.drop_duplicates("image")["rank"].astype(int)
    hits = tuple(int((known <= first).sum()) for first in FIRST)
    return Recognition(len(known), int(tiles["class"].nunique()), hits)


def _upper_limit(hits: int, n: int) -> float:
    return 1.0 if hits >= n else float(betaincinv(hits + 1, n - hits, 1 - LEVEL))


def unrecognised_sentence(model: str, found: Recognition) -> str:
    """Say that a network knows next to nothing of what it is shown, and what that means."""
    return (
        f"{model} recognises {found.hits[0]} of {counted(found.n_images, 'photograph')} shown alone, and "
        f"{found.hits[1]} within its first five classes: guessing among the "
        f"{counted(found.n_classes, 'class', 'classes')} would do better. The labels are probably of another "
        "numbering than the network's outputs, or it was never trained for them. Nothing is concluded "
        "about the "
        "methods: check the labels first."
    )


def unrecognised_sentences(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope) -> list[str]:
    """Say of each network of a scope that can't know its labels that it does not; [] where all can."""
    found = {
        model: recognition_of(tables, scope._replace(model=model)) for model in networks_of(study, scope)
    }
    return [unrecognised_sentence(model, one) for model, one in found.items() if not one.is_credible]


def warnings_of_run(folder: Path) -> list[str]:
    """Return a warning for every network of a run that can't know its labels; ``folder`` of its tables."""
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in ("predictions", "tiles")}
    scopes = tables["predictions"][["dataset", "form", "model"]].drop_duplicates()
    found = {Scope(*scope): recognition_of(tables, Scope(*scope)) for scope in scopes.itertuples(index=False)}
    return [
        f"{scope.dataset}, {scope.form}: {unrecognised_sentence(scope.model, one)}"
        for scope, one in found.items()
        if not one.is_credible
    ]
