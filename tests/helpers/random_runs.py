"""Random runs of mosaics, by number: methods that see the class and such that do not, anchors, few items."""

from pathlib import Path

import numpy as np
import pandas as pd

import synthetic_tables as synthetic
from report_helpers import CLASS_NAMES, write_stand_ins
from saliometer.findings.scope import all_scopes
from saliometer.report.material import Material, material_of
from saliometer.seeds import seed_from
from saliometer.stages.reliability import with_shuffled_signs

LEVELS = ("gradcam++", "gradient", "smoothgrad", "edges", "random")
CEILING_OF = "top"


def section(number: int, folder: Path) -> Material:
    """Return what the page is made of for one random run, whose methods are M0, ... and controls C0, ..."""
    random = np.random.default_rng(seed_from("contradictions of runs", str(number)))
    study, scores, tables = draw(random)
    tables |= synthetic.of_scores(scores, tables["tiles"], study)
    write_stand_ins(folder, study)
    return material_of(study, tables, all_scopes(study)[0], folder, CLASS_NAMES)


def draw(random: np.random.Generator) -> tuple[dict, pd.DataFrame, dict[str, pd.DataFrame]]:
    """Draw a study, its scores and the tables that do not rest on them."""
    real = [name for name in synthetic.METHODS if not synthetic.METHODS[name][2]]
    controls = [name for name in synthetic.METHODS if synthetic.METHODS[name][2]]
    real = list(random.permutation(real)[: random.integers(2, len(real) + 1)])
    controls = controls[: random.integers(0, len(controls) + 1)]
    like = {name: str(random.choice(LEVELS)) for name in real}
    tables = synthetic.tables([*real, *controls], int(random.integers(2**31)), like)
    smallest = float(random.choice([0.0, 0.02, 0.15]))
    study = synthetic.study([*real, *controls])
    study["intervals"] |= {"smallest_difference": smallest}
    for kind, names in (("M", real), ("C", controls)):
        for n, name in enumerate(names):
            study["methods"][name]["label"] = f"{kind}{n}"
    scores = tables["scores"]
    kept = scores["mosaic"].isin(random.permutation(scores["mosaic"].unique())[: random.choice([6, 20, 60])])
    scores = scores[kept].reset_index(drop=True)
    lower = {name: random.choice([0.0, 0.0, 0.03, 0.1, 0.4]) for name in real}
    scores["precision"] -= scores["method"].map(lower).fillna(0.0)
    scores = with_anchors(scores, study, random)
    if random.random() < 0.4:
        lost = (scores["method"] == real[0]) & (scores["precision"] < scores["precision"].quantile(0.2))
        scores.loc[lost, "precision"] = np.nan
    return study, scores, tables


def with_anchors(scores: pd.DataFrame, study: dict, random: np.random.Generator) -> pd.DataFrame:
    """Add rotated labels that lie below, at or above a method's own maps, shuffled signs, and a ceiling."""
    scores = with_shuffled_signs(scores, study["metrics"])
    shift = {name: random.choice([-0.2, -0.01, 0.0, 0.1]) for name in study["methods"]}
    noise = random.normal(0, random.choice([0.003, 0.05]), len(scores))
    scores["precision_rotated_labels"] = scores["precision"] + scores["method"].map(shift) + noise
    if random.random() < 0.5:
        return scores
    first = next(name for name, block in study["methods"].items() if not block["control"])
    block = {**study["methods"][first], "label": "C9", "control": True, "ceiling_of": [first]}
    study["methods"][CEILING_OF], study["replicates"][CEILING_OF] = block, ["0"]
    of_first = scores[scores["method"] == first]
    best = of_first["precision"] + random.choice([0.0, 0.01, 0.1]) + random.normal(0, 0.01, len(of_first))
    return pd.concat([scores, of_first.assign(method=CEILING_OF, precision=best)], ignore_index=True)
