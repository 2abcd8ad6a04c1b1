"""Made-up shards of a run: mosaics with known tiles, and scores and predictions of them."""

import numpy as np
import pandas as pd

from made_predictions import with_predictions
from saliometer import shards
from saliometer.metrics.classification import METRICS, classification_metrics
from saliometer.stages import summary
from saliometer.summary import SCORE_KEYS

SCOPE = {"dataset": "photos", "form": "original", "model": "net"}
METHODS = {
    "gradient": {"method": "gradient", "label": "Gradient", "signed": True, "control": False},
    "cam": {"method": "gradcam", "label": "Grad-CAM", "signed": False, "control": False},
}
N_CLASSES, ROUNDS = 4, 3


def make_mosaics(rounds):
    """A mosaic for each class and round; image i<class>_<round % 2> is on the tile of a class."""
    ids = [f"{c:04d}-{r:04d}" for r in rounds for c in range(N_CLASSES)]
    classes = np.array([c for _ in rounds for c in range(N_CLASSES)], dtype=np.int16)
    tile_classes = np.stack([(classes + step) % N_CLASSES for step in (1, 0, 2, 3)], axis=1).reshape(-1, 2, 2)
    images = [
        [[f"i{c}_{int(name[-4:]) % 2}" for c in row] for row in tiles]
        for name, tiles in zip(ids, tile_classes, strict=True)
    ]
    asked = np.repeat(np.arange(len(ids)), 4)
    arrays = {
        "mosaics": np.zeros((len(ids), 4, 4, 3), np.uint8),
        "classes": classes,
        "tile_classes": tile_classes.astype(np.int16),
        "asked_mosaics": asked.astype(np.int32),
        "asked_targets": tile_classes.reshape(-1).astype(np.int16),
    }
    attributes = {"kind": "mosaics", "dataset": "photos", "form": "original", "ids": ids}
    return shards.Shard(arrays, attributes | {"tile_images": images})


def make_scores(mosaics, method, seed=0):
    questions = summary.list_questions(mosaics).drop(columns=["dataset", "form"])
    rng = np.random.default_rng([seed, len(method), int(mosaics.attributes["ids"][0][-4:])])
    masses = dict(zip(("tp", "fp", "tn", "fn"), rng.random((4, len(questions))), strict=True))
    if not METHODS[method]["signed"]:
        masses |= {"tn": np.zeros(len(questions)), "fn": np.zeros(len(questions))}
    masses = {name: np.where(questions.index == 1, 0.0, mass) for name, mass in masses.items()}
    masses = {name: np.where(questions.index == 2, np.nan, mass) for name, mass in masses.items()}
    columns = classification_metrics(**masses)
    if not METHODS[method]["signed"]:
        columns |= {m: np.full(len(questions), np.nan) for m in METRICS if METRICS[m].needs_negative}
    keys = {**SCOPE, "method": method, "replicate": "0", "mosaic": questions["mosaic"]}
    keys |= {"class": mosaics.arrays["classes"][np.repeat(np.arange(len(questions) // 4), 4)]}
    return pd.DataFrame(keys | {"target": questions["target"]} | masses | columns)


def make_axioms(mosaics, method):
    rows = make_scores(mosaics, method)[SCORE_KEYS]
    return rows.assign(axiom="completeness", residual=np.float32(0.25), zero_share=np.float32(0.5))


def make_predictions(mosaics):
    questions = summary.list_questions(mosaics)
    rank = np.random.default_rng(int(questions["mosaic"].iloc[0][-4:])).integers(1, 9, len(questions))
    return with_predictions(
        questions,
        rank,
        hits_top5=(questions["mosaic"].str[:4].astype(int) % 2) * 4,
        alone_top1=np.where(questions["target"] == 3, np.nan, 1.0),
    )
