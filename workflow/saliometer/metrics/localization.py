"""Localization: does a map's highest relevance lie on the target? Ranks of pixels alone count.

So every map with two different values can be scored, whatever their signs and scale. Stored maps are of
half precision: pixels whose relevance agrees in its first three digits may be tied.
"""

import numpy as np
from pydantic import Field

from saliometer import settings as base
from saliometer.metrics import Metric
from saliometer.metrics.tiles import cut_into_tiles

LABEL = "Localization"
ABOUT = (
    "These metrics ask where a map's highest relevance lies. They compare pixels with each other and need no "
    "negative relevance, so they speak of every map whose relevance is not the same everywhere. Chance is "
    "0.5 by ROC AUC, and by the others the share of target tiles, or more where the pointing game has a "
    "tolerance."
)

UNDEFINED_WHEN = "the same relevance everywhere, or some that is not finite"
METRICS = {
    "relevance_rank_accuracy": Metric(
        "Rank accuracy",
        "share of a map's highest pixels that lie on the tiles showing the asked class, among as many pixels "
        "as these tiles have (relevance rank accuracy)",
        True,
        False,
        None,
        "p",
        UNDEFINED_WHEN,
    ),
    "roc_auc": Metric(
        "ROC AUC",
        "probability that a pixel of a target tile has more relevance than one of another tile, ties "
        "counting half: the area under the curve of relevance as a detector of target pixels",
        True,
        False,
        None,
        "0.5",
        UNDEFINED_WHEN,
    ),
    "pointing_game": Metric(
        "Pointing game",
        "whether the pixel of highest relevance lies on a target tile: 1 or 0, of several such pixels their "
        "share",
        True,
        False,
        None,
        "p",
        UNDEFINED_WHEN,
    ),
}


class Settings(base.Settings):
    """Where relevance counts as being on target."""

    tolerance: int = Field(
        0,
        ge=0,
        le=1024,
        description="Pixels that the maximum of the pointing game may lie beside a target tile (15 in its "
        "paper, for small objects; tiles touch each other)",
    )


def metrics_with(settings: Settings) -> dict[str, Metric]:
    """Return METRICS; with a tolerance a blind map hits more than p, by how much depends on the map."""
    if not settings.tolerance:
        return METRICS
    pointing = METRICS["pointing_game"]._replace(
        label=f"Pointing game \N{PLUS-MINUS SIGN}{settings.tolerance} px", chance_note="above p"
    )
    return METRICS | {"pointing_game": pointing}


def score(
    saliency: np.ndarray, tile_is_target: np.ndarray, scales: np.ndarray, settings: Settings
) -> dict[str, np.ndarray]:
    """Score maps that are given up to their scales (N,), >= 0.

    Parameters: as ``metrics.tiles.cut_into_tiles`` has them. Returns METRICS as float64 arrays (N,) in
    [0, 1]. All are NaN for a map that holds a value that is not finite, that is the same everywhere (so also
    for one of zeros), or whose tiles are all targets or none.
    """
    tiles, labels = cut_into_tiles(saliency, tile_is_target)
    scored = np.full((len(METRICS), len(tiles)), np.nan)
    mixed = labels.any(axis=(1, 2)) & ~labels.all(axis=(1, 2))
    for number in np.flatnonzero(mixed & np.isfinite(scales) & (np.asarray(scales) > 0)):
        low, high = tiles[number].min(), tiles[number].max()
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            continue
        is_target, by_tile = labels[number], tiles[number].transpose(0, 2, 1, 3)
        on, off = by_tile[is_target].ravel(), by_tile[~is_target].ravel()
        scored[:, number] = (
            relevance_rank_accuracy(on, off),
            roc_auc(on, off),
            pointing_game(np.asarray(saliency[number]), is_target, settings.tolerance),
        )
    return dict(zip(METRICS, scored, strict=True))


def relevance_rank_accuracy(on: np.ndarray, off: np.ndarray) -> float:
    """Return the share of the K highest pixels that are on target, K being how many pixels the target has.

    Parameters: finite relevance of the pixels on target (K,) and of the others (M,). Of pixels that are tied
    at the K-th place as many count as there is room for, each alike: the expectation over their orders.
    Source: Arras, Osman & Samek, "CLEVR-XAI" (Information Fusion 2022).
    """
    threshold = np.partition(np.concatenate([on, off]), off.size)[off.size]
    above, tied = (on > threshold).sum(), (on == threshold).sum()
    room = on.size - above - (off > threshold).sum()
    return float((above + room * tied / (tied + (off == threshold).sum())) / on.size)


def roc_auc(on: np.ndarray, off: np.ndarray) -> float:
    """Return the share of pairs of a pixel on target and another in which the first has more relevance.

    Parameters: finite relevance of the pixels on target (K,) and of the others (M,). Ties count 1/2, so this
    is the Mann-Whitney statistic over K M, the area under the ROC curve.
    """
    on, off = np.sort(on), np.sort(off)
    twice = np.searchsorted(off, on, "left").sum() + np.searchsorted(off, on, "right").sum()
    return float(twice / (2 * on.size * off.size))


def pointing_game(saliency: np.ndarray, is_target: np.ndarray, tolerance: int = 0) -> float:
    """Return the share of the pixels of highest relevance that lie on target: 1 or 0 unless some are tied.

    Parameters: a finite map (height, width); booleans (rows, columns), its target tiles; how far in pixels,
    in a straight line from centre to centre, a pixel may lie from a target tile to count.
    Source: Zhang et al., "Top-down neural attention by excitation backprop" (IJCV 2018).
    """
    tied = np.nonzero(saliency == saliency.max())
    targets = np.nonzero(is_target)
    apart = [
        _distance(places, size, n)[:, target]
        for places, size, n, target in zip(tied, saliency.shape, is_target.shape, targets, strict=True)
    ]
    return float((apart[0] ** 2 + apart[1] ** 2 <= tolerance**2).any(axis=1).mean())


def _distance(places: np.ndarray, size: int, n_tiles: int) -> np.ndarray:
    """Return how far each place along an axis lies from each of its tiles, 0 within: (places, n_tiles)."""
    side = size // n_tiles
    first = np.arange(n_tiles) * side
    return np.maximum(0, np.maximum(first - places[:, None], places[:, None] - (first + side - 1)))
