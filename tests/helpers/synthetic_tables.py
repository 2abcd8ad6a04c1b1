"""A made-up study with the tables of a real one, for figures and report: known answers, no images.

Each map's precision is drawn around the method's own level, with an effect of the target photograph.
Controls see nothing of the target: over the four classes of a mosaic their precision averages 1/4 exactly.
"""

from functools import cache

import numpy as np
import pandas as pd

from made_predictions import with_predictions
from saliometer import summary
from saliometer.metrics import catalogue
from saliometer.metrics.classification import classification_metrics
from saliometer.reliability.clustering.intervals import Settings
from saliometer.reliability.rows.table import reliability_table

SCOPE = {"dataset": "photos", "form": "original", "model": "net"}
ROUNDS, TILES = 3, 4
CLASSES = [243, 281, 283, 285, 340, 386, 407, 417, 463, 468, 508, 558, 609, 609, 701, 717, 779, 817, 850, 920]

# block: (label, signed, control, mean precision)
METHODS = {
    "gradcam": ("Grad-CAM", False, False, 0.78),
    "gradcam++": ("Grad-CAM++", False, False, 0.55),
    "gradient": ("Gradient", False, False, 0.36),
    "inputxgradient": ("Input × gradient", True, False, 0.42),
    "intgrad": ("Integrated gradients", True, False, 0.38),
    "smoothgrad": ("SmoothGrad", False, False, 0.37),
    "edges": ("Edges", False, True, 0.25),
    "random": ("Random noise", False, True, 0.25),
}
SETTINGS = {"smoothgrad": {"samples": 4, "noise_level": 0.2}, "intgrad": {"steps": 8}}
MOSAICS = {
    "rows": 2,
    "columns": 2,
    "target_tiles": 1,
    "targets": "all",
    "round_over": "image",
    "rounds": ROUNDS,
    "tile_size": 224,
    "geometry": "resize_then_crop",
}


def study(names=None, **changes) -> dict:
    """Return the settings of the study as a job for figures and report holds them."""
    blocks = {name: describe_method(name) for name in (METHODS if names is None else names)}
    return {
        "run": "made_up",
        "seed": 42,
        "datasets": {"photos": {"source": "sample_photos", "on_bad_image": "error"}},
        "forms": ["original"],
        "replicates": {name: ["0"] for name in blocks},
        "shards": 1,
        "mosaics": MOSAICS,
        "models": {"net": {"name": "net", "architecture": "efficientnet_lite0", "weights": "DEFAULT"}},
        "methods": blocks,
        "not_explained": [],
        "metrics": {"classification": {}},
        "intervals": {"clusters": "target_image", "confidence": 0.95, "smallest_difference": 0.02},
        **changes,
    }


def describe_method(name: str) -> dict:
    label, signed, control, _ = METHODS[name]
    settings = dict(SETTINGS.get(name, {}))
    return {"method": name, "label": label, "signed": signed, "control": control, "settings": settings}


def tables(names=None, seed=0, like=None) -> dict[str, pd.DataFrame]:
    """Return all tables of the study; ``like`` maps a method to the one whose level it takes instead."""
    made = make_tables(None if names is None else tuple(names), seed, tuple((like or {}).items()))
    return {name: table.copy() for name, table in made.items()}


@cache
def make_tables(names: tuple | None, seed: int, like: tuple) -> dict[str, pd.DataFrame]:
    like, chosen = dict(like), study(names)
    tiles = draw_tiles()
    questions = tiles.rename(columns={"class": "target"})
    scores = draw_scores(tiles, list(chosen["methods"]), np.random.default_rng(seed), like)
    predictions = draw_predictions(tiles, np.random.default_rng(seed))
    return {
        "tiles": tiles,
        **of_scores(scores, tiles, chosen),
        "predictions": predictions,
        "accuracy": summary.accuracy_table(predictions, tiles, Settings(**chosen["intervals"])),
        "image_use": summary.image_use_table(tiles, questions),
        "axioms": draw_axioms(scores, np.random.default_rng(seed)),
        "cost": costs(list(chosen["methods"])),
    }


def of_scores(scores: pd.DataFrame, tiles: pd.DataFrame, study: dict) -> dict[str, pd.DataFrame]:
    """Return the scores and the tables that rest on them."""
    metrics, intervals = catalogue(study["metrics"]), Settings(**study["intervals"])
    return {
        "scores": scores,
        "summary": summary.summary_table(scores, tiles, list(metrics), intervals),
        "undefined": summary.undefined_table(scores, metrics, study["methods"]),
        "reliability": reliability_table(scores, tiles, study["methods"], metrics, intervals),
    }


def draw_tiles() -> pd.DataFrame:
    """One row per mosaic and tile: in each round each photograph is the first tile of one mosaic."""
    units, n = range(len(CLASSES)), len(CLASSES)
    rows = [
        (f"{unit:02d}-{number:04d}", tile, (unit + tile * (2 + number)) % n)
        for number in range(ROUNDS)
        for unit in units
        for tile in range(TILES)
    ]
    frame = pd.DataFrame(rows, columns=["mosaic", "tile", "image"])
    classes = np.array(CLASSES)[frame["image"]]
    scope = {"dataset": SCOPE["dataset"], "form": SCOPE["form"]}
    return frame.assign(**scope, **{"class": classes, "image": frame["image"].map("photo_{:02d}.jpg".format)})


def draw_scores(tiles: pd.DataFrame, names: list[str], random, like: dict) -> pd.DataFrame:
    """Score every class of every mosaic; a positive-only method has no negative mass."""
    image = tiles["image"].str[6:8].astype(int).to_numpy()
    ease = random.normal(0, 0.3, len(CLASSES))
    frames = []
    for name in names:
        level, signed = METHODS[like.get(name, name)][3], METHODS[name][1]
        of_method = random.normal(0, 0.25, len(CLASSES))
        logit = np.log(level / (1 - level)) + (ease + of_method)[image] + random.normal(0, 0.5, len(tiles))
        precision = 1 / (1 + np.exp(-logit))
        if METHODS[like.get(name, name)][2]:
            weight = random.gamma(20.0, size=(len(tiles) // TILES, TILES))
            precision = (weight / weight.sum(axis=1, keepdims=True)).ravel()
        positive = random.beta(40, 38, len(tiles)) if signed else np.ones(len(tiles))
        negative_on_target = np.clip(precision + random.normal(0, 0.03, len(tiles)), 0.01, 0.99)
        masses = {
            "tp": precision * positive,
            "fp": (1 - precision) * positive,
            "tn": (1 - negative_on_target) * (1 - positive),
            "fn": negative_on_target * (1 - positive),
        }
        frame = tiles[["mosaic", "class"]].assign(**SCOPE, method=name, replicate="0", target=tiles["class"])
        frames.append(frame.assign(**masses, **measure(masses, signed)))
    return pd.concat(frames, ignore_index=True)


def measure(masses: dict, signed: bool) -> dict:
    """Metrics of the masses; NaN where a metric is not applicable, as the scores stage has it."""
    return {
        name: np.full(len(values), np.nan)
        if catalogue({"classification": {}})[name].needs_negative and not signed
        else values
        for name, values in classification_metrics(**masses).items()
    }


def draw_predictions(tiles: pd.DataFrame, random) -> pd.DataFrame:
    rank = random.integers(1, 9, len(tiles))
    questions = tiles[["dataset", "form", "mosaic"]].assign(target=tiles["class"])
    alone = (random.random(len(tiles)) < 0.9).astype(float)
    return with_predictions(questions, rank, alone_top1=alone)


def draw_axioms(scores: pd.DataFrame, random) -> pd.DataFrame:
    """Integrated gradients are complete to 1 or 2 in a hundred; the others promise nothing."""
    keys = scores[["dataset", "form", "model", "method", "replicate", "mosaic", "class", "target"]]
    promises = keys["method"] == "intgrad"
    residuals = np.where(promises, random.uniform(0.01, 0.02, len(keys)), np.nan).astype(np.float32)
    return keys.assign(axiom=np.where(promises, "completeness", ""), residual=residuals, zero_share=0.125)


def costs(names: list[str]) -> pd.DataFrame:
    rows = [
        ("maps", *SCOPE.values(), name, "0", shard, 10.0 + number, 900.0, "cpu")
        for number, name in enumerate(names)
        for shard in range(2)
    ]
    columns = ["stage", *SCOPE, "method", "replicate", "shard", "seconds", "max_rss_mb", "device"]
    return pd.DataFrame(rows, columns=columns)
