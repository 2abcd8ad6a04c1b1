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
from saliometer.tables import read_parquet

LEVEL = 0.05  # one-sided
FIRST = (1, 5)  # among so many first classes


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


def unrecognised(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope) -> dict[str, Recognition]:
    """Return the networks of a scope that can't know its labels, with what each recognises."""
    by_model = {
        model: recognition_of(tables, scope._replace(model=model)) for model in networks_of(study, scope)
    }
    return {model: one for model, one in by_model.items() if not one.is_credible}


def unrecognised_in_run(folder: Path) -> dict[Scope, Recognition]:
    """Return the scopes of a run whose network can't know its labels; ``folder`` of the run's tables."""
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in ("predictions", "tiles")}
    scopes = tables["predictions"][["dataset", "form", "model"]].drop_duplicates()
    by_scope = {
        Scope(*scope): recognition_of(tables, Scope(*scope)) for scope in scopes.itertuples(index=False)
    }
    return {scope: one for scope, one in by_scope.items() if not one.is_credible}
