"""A made-up table of scores with known levels, for the tests of the table of coefficients."""

import numpy as np
import pandas as pd

from saliometer.metrics.classification import METRICS, classification_metrics
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows import table
from saliometer.reliability.sample import Sample

SIGNED = {"a": True, "b": True, "c": True, "cam": False, "edges": False, "flip": True}
METHODS = {
    name: {"method": name, "label": name.upper(), "signed": signed, "control": name in ("edges", "flip")}
    for name, signed in SIGNED.items()
}
LEVELS = {"a": 0.6, "b": 0.5, "c": 0.4, "cam": 0.8, "edges": 0.25, "flip": 0.25}


def make_scores(n_classes=6, rounds=5, names=tuple(METHODS), seed=0):
    """One question per mosaic, rounds mosaics per class; a method's precision lies around its level."""
    rng = np.random.default_rng(seed)
    keys = pd.DataFrame({"dataset": "photos", "form": "original", "model": "net"}, index=range(1))
    target = np.repeat(np.arange(n_classes), rounds)
    frames = []
    for name in names:
        precision = np.clip(LEVELS[name] + rng.normal(0, 0.1, len(target)), 0.01, 0.99)
        negative = rng.random((2, len(target))) if SIGNED[name] else np.zeros((2, len(target)))
        masses = {"tp": precision, "fp": 1 - precision, "tn": negative[0], "fn": negative[1]}
        columns = classification_metrics(**masses)
        for metric in METRICS:
            if METRICS[metric].needs_negative and not SIGNED[name]:
                columns[metric] = np.full(len(target), np.nan)
        names_of = pd.DataFrame(
            {"method": name, "replicate": "0", "mosaic": [f"m{i:03d}" for i in range(30)]}
        )
        frame = names_of.iloc[: len(target)].assign(
            **{"class": target, "target": target}, **masses, **columns
        )
        frames.append(keys.merge(frame, how="cross"))
    return pd.concat(frames, ignore_index=True)


def make_tiles(scores):
    """Each target is on one tile, by the photograph of its class and of its round's parity."""
    tiles = scores[["dataset", "form", "mosaic", "target"]].drop_duplicates()
    tiles = tiles.rename(columns={"target": "class"}).assign(tile=0)
    parity = tiles["mosaic"].str[1:].astype(int) % 2
    tiles["image"] = "photo_" + tiles["class"].astype(str) + "_" + parity.astype(str)
    others = tiles.assign(tile=1, image="other_" + tiles["mosaic"], **{"class": 99})
    return pd.concat([tiles.assign(image=tiles["image"]), others], ignore_index=True)


def make_table(scores, **settings):
    return table.reliability_table(scores, make_tiles(scores), METHODS, METRICS, Settings(**settings))


def rows_of(frame, coefficient, metric="precision"):
    return frame[(frame["coefficient"] == coefficient) & (frame["metric"] == metric)]


def wide(scores, metric="precision"):
    return scores.pivot(index="mosaic", columns="method", values=metric)


def pair(first, second, clusters):
    """The sample of two scores of the same items."""
    return Sample(np.transpose([first, second]), clusters)
