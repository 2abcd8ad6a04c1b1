"""The confusion matrix of an attribution: relevance masses of a mosaic's tiles, and metrics of the masses.

Source: Arias-Duart et al., "A confusion matrix for evaluating feature attribution methods" (CVPRW 2023); its
precision is the Focus of Arias-Duart et al. (arXiv 2109.15035).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from saliometer import settings as base
from saliometer.metrics import MASSES, Free, MetricSpec
from saliometer.metrics.engines.sign_shuffle import expected_masses
from saliometer.metrics.engines.tiles import cut_into_tiles

LABEL = "Confusion matrix of relevance"
ABOUT = (
    "These metrics also count negative relevance, so they say nothing of positive-only maps. Only "
    "informedness and the Matthews correlation have a chance level, 0, that does not depend on the map."
)

NO_TARGET_MASS = "no relevance on the target tiles"
NO_OTHER_MASS = "no relevance on the other tiles"


def share_on_target(tp: ArrayLike, fp: ArrayLike, tn: ArrayLike, fn: ArrayLike) -> np.ndarray:
    """Return the share of a map's absolute relevance that lies on target tiles, from masses (N,).

    With sensitivity and specificity it is all that the metrics of the confusion matrix are functions of: four
    masses up to their scale. Of the three precision is made too, so it does not stand for itself.
    """
    tp, fp, tn, fn = (np.asarray(mass, dtype=np.float64) for mass in (tp, fp, tn, fn))
    return _ratio(tp + fn, tp + fp + tn + fn)


METRICS = {
    "precision": MetricSpec(
        label="Precision",
        meaning=(
            "share of a map's positive relevance that falls on the tiles showing the asked class (also "
            "called Focus, or the energy pointing game)"
        ),
        chance_note="p",
        undefined_when="no positive relevance",
        free=Free("share on target", MASSES, share_on_target),
    ),
    "sensitivity": MetricSpec(
        label="Sensitivity",
        meaning="share of the target tiles' absolute relevance that is positive",
        needs_negative=True,
        chance_note="q",
        undefined_when=NO_TARGET_MASS,
        free=Free("sensitivity", ("sensitivity",), np.asarray),
    ),
    "false_negative_rate": MetricSpec(
        label="False negative rate",
        meaning="1 - sensitivity",
        higher_is_better=False,
        needs_negative=True,
        alias_of="sensitivity",
        chance_note="1 - q",
        undefined_when=NO_TARGET_MASS,
    ),
    "false_positive_rate": MetricSpec(
        label="False positive rate",
        meaning="1 - specificity",
        higher_is_better=False,
        needs_negative=True,
        alias_of="specificity",
        chance_note="q",
        undefined_when=NO_OTHER_MASS,
    ),
    "specificity": MetricSpec(
        label="Specificity",
        meaning="share of the other tiles' absolute relevance that is negative",
        needs_negative=True,
        chance_note="1 - q",
        undefined_when=NO_OTHER_MASS,
        free=Free("specificity", ("specificity",), np.asarray),
    ),
    "accuracy": MetricSpec(
        label="Accuracy",
        meaning="share of all absolute relevance that has the right sign for its tile",
        needs_negative=True,
        chance_note="p q + (1 - p)(1 - q)",
        undefined_when="no relevance at all",
    ),
    "f1": MetricSpec(
        label="F1",
        meaning="harmonic mean of precision and sensitivity",
        needs_negative=True,
        chance_note="2 p q / (p + q)",
        undefined_when="no positive relevance, or no relevance on the target tiles",
    ),
    "informedness": MetricSpec(
        label="Informedness",
        meaning="sensitivity + specificity - 1",
        needs_negative=True,
        chance_note="0",
        undefined_when="no relevance on the target tiles, or none on the others",
        bounds=(-1.0, 1.0),
    ),
    "mcc": MetricSpec(
        label="Matthews correlation",
        meaning="correlation of the relevance's sign with the tiles' being targets, weighted by relevance",
        needs_negative=True,
        chance_note="0",
        undefined_when=(
            "no positive relevance, no negative relevance, or none on the target or on the other tiles"
        ),
        bounds=(-1.0, 1.0),
    ),
}


class Settings(base.Settings):
    """The confusion matrix has nothing to set."""


def relevance_masses(
    saliency: ArrayLike, tile_is_target: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sum the relevance of each map by its sign and by whether the tile shows the target.

    Parameters
    ----------
    saliency : real array of shape (N, height, width), any sign and scale
    tile_is_target : boolean array of shape (N, rows, columns); height must be a multiple of rows and width
        of columns

    Returns
    -------
    tp, fp, tn, fn : float64 arrays of shape (N,), all >= 0. tp and fp: positive relevance on target and
        on other tiles; fn and tn: absolute negative relevance on target and on other tiles. All four
        are NaN for a map that holds a value that is not finite (or whose sum is not).

    Raises ValueError for other shapes, sizes that do not divide, or labels that are not boolean.
    """
    tiles, is_target = cut_into_tiles(saliency, tile_is_target)
    return _masses(*_sums_of_signs(tiles), is_target)


def _sums_of_signs(tiles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum the positive and the absolute negative relevance of each tile: (N, rows, columns) both."""
    return _sums(np.maximum(tiles, 0)), np.abs(_sums(np.minimum(tiles, 0)))


def _masses(positive: np.ndarray, negative: np.ndarray, is_target: np.ndarray) -> tuple[np.ndarray, ...]:
    """Place the sums of tiles (N, rows, columns) by labels of that shape, or of several: (L, N, ...)."""
    placed = (positive, is_target), (positive, ~is_target), (negative, ~is_target), (negative, is_target)
    tp, fp, tn, fn = (np.where(chosen, mass, 0.0).sum(axis=(-2, -1)) for mass, chosen in placed)
    finite = np.isfinite(tp + fp + tn + fn)
    return tuple(np.where(finite, mass, np.nan) for mass in (tp, fp, tn, fn))


def _sums(tiles: np.ndarray) -> np.ndarray:
    """Sum over the pixels of tiles (N, rows, h, columns, w): along w in single precision or better."""
    along = tiles.sum(axis=4, dtype=np.result_type(tiles.dtype, np.float32))
    return along.sum(axis=2, dtype=np.float64)


def classification_metrics(
    tp: ArrayLike, fp: ArrayLike, tn: ArrayLike, fn: ArrayLike
) -> dict[str, np.ndarray]:
    """Compute the metrics of a confusion matrix of masses, in the order of METRICS.

    Parameters: four arrays of masses >= 0 of one shape (or shapes that broadcast).
    Returns float64 arrays of that shape, in [0, 1], informedness and mcc in [-1, 1].

    0/0 is NaN, never 0, and a metric that is made of others is NaN where one of them is. So precision is
    undefined when there is no positive relevance, sensitivity when there is none at all on the target
    tiles, specificity when there is none on the others. f1 = 2PR/(P + R) is undefined where P or R is; at
    P = R = 0 it is 0, its limit, since 2PR/(P + R) <= 2 min(P, R): such a map is wholly wrong and must not
    leave the mean. mcc needs all four margins.

    Raises ValueError for a negative mass.
    """
    tp, fp, tn, fn = np.broadcast_arrays(*(np.asarray(mass, dtype=np.float64) for mass in (tp, fp, tn, fn)))
    if any((mass < 0).any() for mass in (tp, fp, tn, fn)):
        raise ValueError("masses must not be negative")
    precision, negative_precision = _ratio(tp, tp + fp), _ratio(tn, tn + fn)
    sensitivity, specificity = _ratio(tp, tp + fn), _ratio(tn, tn + fp)
    false_negative_rate, false_positive_rate = _ratio(fn, tp + fn), _ratio(fp, tn + fp)
    product, total = 2 * precision * sensitivity, precision + sensitivity
    # Square roots of ratios: the product of four masses could under- or overflow.
    agreement = precision * sensitivity * specificity * negative_precision
    disagreement = _ratio(fp, tp + fp) * false_negative_rate * false_positive_rate * _ratio(fn, tn + fn)
    return {
        "precision": precision,
        "sensitivity": sensitivity,
        "false_negative_rate": false_negative_rate,
        "false_positive_rate": false_positive_rate,
        "specificity": specificity,
        "accuracy": _ratio(tp + tn, tp + fp + tn + fn),
        "f1": np.where(total == 0, 0.0, _ratio(product, total)),
        "informedness": sensitivity + specificity - 1,
        "mcc": np.sqrt(agreement) - np.sqrt(disagreement),
    }


def score(
    saliency: np.ndarray, tile_is_target: np.ndarray, scales: np.ndarray, settings: Settings
) -> dict[str, np.ndarray]:
    """Score maps that are given up to their scales (N,), >= 0: masses of the true maps, then metrics."""
    columns = score_labellings(saliency, np.asarray(tile_is_target)[None], scales, settings)
    return {name: values[0] for name, values in columns.items()}


def score_labellings(
    saliency: np.ndarray, labellings: np.ndarray, scales: np.ndarray, settings: Settings
) -> dict[str, np.ndarray]:
    """Score maps with several labellings of their tiles, (L, N, rows, columns); columns are (L, N)."""
    tiles, _ = cut_into_tiles(saliency, labellings[0])
    scales = np.asarray(scales, dtype=np.float64)
    masses = [mass * scales for mass in _masses(*_sums_of_signs(tiles), labellings)]
    return dict(zip(MASSES, masses, strict=True)) | classification_metrics(*masses)


def shuffled_signs(scores: Mapping[str, ArrayLike]) -> dict[str, np.ndarray]:
    """Return METRICS that are no aliases, (N,), of the masses of ``sign_shuffle.expected_masses``.

    Parameters: columns tp, fp, tn, fn of a scores table, (N,).
    """
    values = classification_metrics(*expected_masses(*(scores[mass] for mass in MASSES)))
    for name in ("informedness", "mcc"):  # but for rounding, which would win or lose against another 0
        values[name] = np.where(np.isnan(values[name]), np.nan, 0.0)
    return {name: values[name] for name, metric in METRICS.items() if not metric.alias_of}


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole != 0)
