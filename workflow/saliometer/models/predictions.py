"""What a model says of mosaics, of their tiles alone, and of mosaics of which some tiles are covered."""

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from saliometer.batching import micro_batch_size, slices, within_memory
from saliometer.errors import UserError
from saliometer.models.model import Model


def predict(
    model: Model,
    mosaics: np.ndarray,
    tile_classes: np.ndarray,
    asked_mosaics: np.ndarray,
    asked_targets: np.ndarray,
    micro_batch: int | None = None,
) -> pd.DataFrame:
    """Ask a model for the classes of mosaics.

    Parameters
    ----------
    model : any Model
    mosaics : uint8, shape (n, H, W, 3)
    tile_classes : integers, shape (n, rows, columns), the class of each tile
    asked_mosaics : integers, shape (q,), the row of the mosaic that is asked about
    asked_targets : integers, shape (q,), the class asked for
    micro_batch : images that pass through the network together (default: by device and image size)

    Returns one row per question, in order: ``mosaic`` (row), ``target``, ``probability`` (softmax of the
    target, in [0, 1]), ``rank`` (1 is best; of equal logits the lower class comes first), ``top1``,
    ``top5``, ``n_classes`` (distinct classes in the mosaic), ``hits_top1`` and ``hits_top5`` (how many of
    those are the model's first, or among its first five), ``class_ranks`` ("class:rank" of each of those,
    best first: the hits per class), ``rank_among_classes`` (of the target among those), ``logit`` (of the
    target), ``logit_target_tiles`` and ``logit_other_tiles`` (the same when only the target's tiles, or only
    the others, are visible and the rest has the mean colour of the model's preprocessing),
    ``alone_top1`` and ``alone_top5`` (share of the
    target's tiles whose first, or first five, classes hold the target when the tile alone is the input;
    NaN where the mosaic has no such tile or the network does not take images that small), ``tile_ranks``
    (rank of its own class of each tile alone, row by row, "-" where unknown) and ``all_tiles_top1`` (whether
    all of them are 1; none where one is unknown).
    Raises UserError when the model gives anything but finite logits, or has too few classes.
    """
    used, row_of = np.unique(asked_mosaics, return_inverse=True)
    logits = _logits(model, len(used), lambda rows: mosaics[used[rows]], micro_batch, "mosaic")
    _check_classes(model, logits, tile_classes, asked_targets)
    ranks = _ranks(logits)
    present = np.zeros(logits.shape, bool)
    present[np.arange(len(used))[:, None, None], tile_classes[used]] = True
    rank = ranks[row_of, asked_targets]
    class_ranks = np.array(
        [_words(row, np.flatnonzero(there)) for row, there in zip(ranks, present, strict=True)]
    )
    is_target = tile_classes[asked_mosaics] == np.asarray(asked_targets)[:, None, None]
    alone = _tile_ranks(model, mosaics, tile_classes, used, micro_batch)[asked_mosaics]
    target_tiles, other_tiles = (
        _logits_of_visible(model, mosaics, asked_mosaics, asked_targets, visible, micro_batch)
        for visible in (is_target, ~is_target)
    )
    return pd.DataFrame(
        {
            "mosaic": np.asarray(asked_mosaics, np.int64),
            "target": np.asarray(asked_targets, np.int64),
            "probability": _softmax(logits)[row_of, asked_targets],
            "rank": rank,
            "top1": rank <= 1,
            "top5": rank <= 5,
            "n_classes": present.sum(axis=1)[row_of],
            "hits_top1": (present & (ranks <= 1)).sum(axis=1)[row_of],
            "hits_top5": (present & (ranks <= 5)).sum(axis=1)[row_of],
            "class_ranks": class_ranks[row_of],
            "rank_among_classes": (present[row_of] & (ranks[row_of] <= rank[:, None])).sum(axis=1),
            "logit": logits[row_of, asked_targets],
            "logit_target_tiles": target_tiles,
            "logit_other_tiles": other_tiles,
            "alone_top1": _share_within(alone, is_target, 1),
            "alone_top5": _share_within(alone, is_target, 5),
            "tile_ranks": [_numbers(tiles) for tiles in alone],
            "all_tiles_top1": pd.array([_all_first(tiles) for tiles in alone], dtype="boolean"),
        }
    )


def _logits(
    model: Model, count: int, images: Callable[[slice], np.ndarray], micro_batch: int | None, kind: str
) -> np.ndarray:
    """Return the logits (n, classes), float64, of images (n, H, W, 3), made a micro-batch at a time."""
    import torch

    if not count:
        return np.zeros((0, 0))

    def ask(rows: slice) -> np.ndarray:
        with torch.inference_mode():
            return model.logits(model.preprocess(images(rows))).double().cpu().numpy()

    planned = micro_batch_size(micro_batch, model.device.type, *images(slice(0, 1)).shape[1:3])
    logits, _ = within_memory(
        lambda size: np.concatenate([ask(rows) for rows in slices(count, size)]),
        planned,
        f"model {model.name}",
    )
    bad = np.flatnonzero(~np.isfinite(logits).all(axis=1))
    if len(bad):
        raise UserError(
            f"model {model.name}: its logits are not finite for {len(bad)} {kind}(s), first {kind} {bad[0]}; "
            "check its weights, mean and sd"
        )
    return logits


def _check_classes(
    model: Model, logits: np.ndarray, tile_classes: np.ndarray, asked_targets: np.ndarray
) -> None:
    highest = max(np.max(tile_classes, initial=0), np.max(asked_targets, initial=0))
    if len(logits) and highest >= logits.shape[1]:
        raise UserError(
            f"model {model.name}: has {logits.shape[1]} classes, but the mosaics hold class {highest}; "
            "use a network with the 1000 classes of ImageNet"
        )


def _words(ranks: np.ndarray, classes: np.ndarray) -> str:
    """Write the ranks of some classes as "class:rank", best first."""
    return " ".join(f"{index}:{ranks[index]}" for index in classes[np.argsort(ranks[classes])])


def _softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax over the last axis of (n, classes), without overflow."""
    if not logits.size:
        return logits
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _ranks(logits: np.ndarray) -> np.ndarray:
    """Return the rank (n, classes) of each class, 1 for the largest logit, lower classes first in ties.

    So exactly one class is first, as with argmax: a network that says the same of all classes recognises
    one of them and not all.
    """
    order = np.argsort(-logits, axis=1, kind="stable")
    ranks = np.empty(logits.shape, np.int64)
    np.put_along_axis(ranks, order, np.arange(1, logits.shape[1] + 1)[None], axis=1)
    return ranks


def _tile_ranks(
    model: Model,
    mosaics: np.ndarray,
    tile_classes: np.ndarray,
    used: np.ndarray,
    micro_batch: int | None,
) -> np.ndarray:
    """Return the rank (n, rows, columns), float, of each tile's class when the tile stands alone.

    NaN for mosaics that are not ``used``, and everywhere when the network does not take the tiles' size.
    Tiles of equal pixels, as of an image that several mosaics use, go through the network once.
    """
    ranks = np.full(tile_classes.shape, np.nan)
    count, rows, columns = tile_classes.shape
    height, width = mosaics.shape[1] // rows, mosaics.shape[2] // columns
    if not model.takes(height, width):
        return ranks
    asked = np.zeros(tile_classes.shape, bool)
    asked[used] = True
    grid = mosaics.reshape(count, rows, height, columns, width, 3).swapaxes(2, 3)
    distinct, which = _distinct([grid[tuple(place)] for place in np.argwhere(asked)])
    if len(distinct):
        logits = _logits(model, len(distinct), lambda rows: np.stack(distinct[rows]), micro_batch, "tile")
        ranks[asked] = _ranks(logits)[which, tile_classes[asked]]
    return ranks


def _logits_of_visible(
    model: Model,
    mosaics: np.ndarray,
    asked_mosaics: np.ndarray,
    asked_targets: np.ndarray,
    visible: np.ndarray,
    micro_batch: int | None,
) -> np.ndarray:
    """Return the logit (q,) of each question's target while only ``visible`` tiles (q, rows, columns) are."""
    covering = np.rint(255 * np.array(model.mean)).astype(np.uint8)
    sides = [size // tiles for size, tiles in zip(mosaics.shape[1:3], visible.shape[1:], strict=True)]

    def covered(questions: slice) -> np.ndarray:
        shown = visible[questions].repeat(sides[0], axis=1).repeat(sides[1], axis=2)
        return np.where(shown[..., None], mosaics[asked_mosaics[questions]], covering)

    logits = _logits(model, len(asked_mosaics), covered, micro_batch, "covered mosaic")
    return logits[np.arange(len(logits)), asked_targets] if len(logits) else np.zeros(0)


def _numbers(tile_ranks: np.ndarray) -> str:
    return " ".join("-" if np.isnan(rank) else f"{rank:.0f}" for rank in tile_ranks.ravel())


def _all_first(tile_ranks: np.ndarray) -> bool | None:
    return None if np.isnan(tile_ranks).any() else bool((tile_ranks == 1).all())


def _distinct(tiles: list[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the distinct ones of tiles (h, w, 3), not copied, and for each tile which one it equals (t,)."""
    firsts: dict[bytes, int] = {}
    distinct, which = [], []
    for tile in tiles:
        position = firsts.setdefault(hashlib.sha256(tile.tobytes()).digest(), len(distinct))
        if position == len(distinct):
            distinct.append(tile)
        which.append(position)
    return distinct, np.array(which, np.intp)


def _share_within(tile_ranks: np.ndarray, is_target: np.ndarray, best: int) -> np.ndarray:
    """Return the share (q,) of the target's tiles whose rank is at most ``best``; NaN without any tile."""
    known = is_target & ~np.isnan(tile_ranks)
    counts = known.sum(axis=(1, 2))
    hits = (known & (tile_ranks <= best)).sum(axis=(1, 2))
    return np.where(counts > 0, hits / np.maximum(counts, 1), np.nan)
