"""Localization: does a map's highest relevance lie on the target? Ranks of pixels alone count.

So every map with two different values can be scored, whatever their signs and scale. Stored maps are of
half precision: pixels whose relevance agrees in its first three digits may be tied.
"""

from dataclasses import replace

import numpy as np
from pydantic import Field

from saliometer import settings as base
from saliometer.metrics import MetricSpec
from saliometer.metrics.engines.ordering import ordered_codes
from saliometer.metrics.engines.tiles import cut_into_tiles

LABEL = "Localization"
ABOUT = (
    "These metrics ask where a map's highest relevance lies. They compare pixels with each other and need no "
    "negative relevance, so they speak of every map whose relevance is not the same everywhere. Chance is "
    "0.5 by ROC AUC, and by the others the share of target tiles, or more where the pointing game has a "
    "tolerance."
)

# None stands for itself where metrics are compared: all three ask where the highest pixels of one map lie,
# as does the share of relevance on target, and agree for that reason alone.
UNDEFINED_WHEN = "the same relevance everywhere, or some that is not finite"
METRICS = {
    "relevance_rank_accuracy": MetricSpec(
        label="Rank accuracy",
        meaning=(
            "share of a map's highest pixels that lie on the tiles showing the asked class, among as many "
            "pixels as these tiles have (relevance rank accuracy)"
        ),
        chance_note="p",
        undefined_when=UNDEFINED_WHEN,
    ),
    "roc_auc": MetricSpec(
        label="ROC AUC",
        meaning=(
            "probability that a pixel of a target tile has more relevance than one of another tile, ties "
            "counting half: the area under the curve of relevance as a detector of target pixels"
        ),
        chance_note="0.5",
        undefined_when=UNDEFINED_WHEN,
    ),
    "pointing_game": MetricSpec(
        label="Pointing game",
        meaning=(
            "whether the pixel of highest relevance lies on a target tile: 1 or 0, of several such pixels "
            "their share"
        ),
        chance_note="p",
        undefined_when=UNDEFINED_WHEN,
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


def metrics_with(settings: Settings) -> dict[str, MetricSpec]:
    """Return METRICS; with a tolerance a blind map hits more than p, by how much depends on the map."""
    if not settings.tolerance:
        return METRICS
    pointing = replace(
        METRICS["pointing_game"],
        label=f"Pointing game \N{PLUS-MINUS SIGN}{settings.tolerance} px",
        chance_note="above p",
    )
    return METRICS | {"pointing_game": pointing}


def score(
    saliency: np.ndarray, tile_is_target: np.ndarray, scales: np.ndarray, settings: Settings
) -> dict[str, np.ndarray]:
    """Score maps that are given up to their scales (N,), >= 0.

    Parameters: as ``metrics.engines.tiles.cut_into_tiles`` has them. Returns METRICS as float64 arrays (N,)
    in [0, 1]. All are NaN for a map that holds a value that is not finite, that is the same everywhere (so
    also for one of zeros), or whose tiles are all targets or none.
    """
    columns = score_labellings(saliency, np.asarray(tile_is_target)[None], scales, settings)
    return {name: values[0] for name, values in columns.items()}


def score_labellings(
    saliency: np.ndarray, labellings: np.ndarray, scales: np.ndarray, settings: Settings
) -> dict[str, np.ndarray]:
    """Score maps with several labellings of their tiles, (L, N, rows, columns), of equally many targets.

    Each map is ordered once: what its tiles hold tells the metrics of every labelling. Columns are (L, N).
    """
    tiles, _ = cut_into_tiles(saliency, labellings[0])
    scored = np.full((len(METRICS), *labellings.shape[:2]), np.nan)
    labels = labellings.reshape(*labellings.shape[:2], -1)
    mixed = labels[0].any(axis=1) & ~labels[0].all(axis=1)
    for number in np.flatnonzero(mixed & np.isfinite(scales) & (np.asarray(scales) > 0)):
        low, high = tiles[number].min(), tiles[number].max()
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            continue
        codes = ordered_codes(tiles[number].transpose(0, 2, 1, 3).reshape(labels.shape[2], -1))
        counts = np.bincount(codes.ravel())
        image, of_map = np.asarray(saliency[number]), labels[:, number]
        scored[:, :, number] = (
            rank_accuracies(codes, counts, of_map),
            roc_aucs(codes, counts, of_map),
            pointing_hits(image, labellings.shape[2:], settings.tolerance, of_map),
        )
    return dict(zip(METRICS, scored, strict=True))


def rank_accuracies(codes: np.ndarray, counts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of the K highest pixels that are on target, K being how many pixels the target has.

    Parameters: ``ordered_codes`` of relevance (tiles, pixels of a tile); how many pixels have each code;
    booleans (L, tiles), the target tiles of each labelling, equally many in all. Returns (L,). Of pixels that
    are tied at the K-th place as many count as there is room for, each alike: the expectation over orders.
    Source: Arras, Osman & Samek, "CLEVR-XAI" (Information Fusion 2022).
    """
    size = codes.shape[1] * int(labels[0].sum())
    threshold = np.searchsorted(np.cumsum(counts), codes.size - size, "right")
    above, tied = (np.count_nonzero(one, axis=1) for one in (codes > threshold, codes == threshold))
    room = size - above.sum()
    return (labels @ above + room * (labels @ tied) / tied.sum()) / size


def roc_aucs(codes: np.ndarray, counts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of pairs of a pixel on target and another in which the first has more relevance.

    Parameters and result as of ``rank_accuracies``. Ties count 1/2, so this is the Mann-Whitney statistic
    over K M, the area under the ROC curve, from the sum of the ranks of each tile among all pixels.
    """
    # Twice the pixels below, and once those that are equal: twice the pairs won.
    twice = (2 * np.cumsum(counts) - counts)[codes].sum(axis=1)
    on = labels.sum(axis=1) * codes.shape[1]
    # Pairs within the target are among them: half of them won, as many as there are pixels, squared.
    return (labels @ twice - on**2) / (2 * on * (codes.size - on))


def pointing_hits(
    saliency: np.ndarray, grid: tuple[int, int], tolerance: int, labels: np.ndarray
) -> np.ndarray:
    """Return the share of the pixels of highest relevance that lie on target: 1 or 0 unless some are tied.

    Parameters: a finite map (height, width); its tiles (rows, columns); how far in pixels, in a straight line
    from centre to centre, a pixel may lie from a target tile to count; labels as of ``rank_accuracies``.
    Returns (L,). Source: Zhang et al., "Top-down neural attention by excitation backprop" (IJCV 2018).
    """
    tied = np.nonzero(saliency == saliency.max())
    down, across = (
        _distance(places, size, n) for places, size, n in zip(tied, saliency.shape, grid, strict=True)
    )
    near = down[:, :, None] ** 2 + across[:, None, :] ** 2 <= tolerance**2
    return (near.reshape(len(near), -1).astype(np.float32) @ labels.T > 0).mean(axis=0)


def _distance(places: np.ndarray, size: int, n_tiles: int) -> np.ndarray:
    """Return how far each place along an axis lies from each of its tiles, 0 within: (places, n_tiles)."""
    side = size // n_tiles
    first = np.arange(n_tiles) * side
    return np.maximum(0, np.maximum(first - places[:, None], places[:, None] - (first + side - 1)))
