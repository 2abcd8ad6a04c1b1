"""Random tables of scores, by number: few and many methods, ties, skew, unequal clusters, missing scores."""

from pathlib import Path

import numpy as np
import pandas as pd

import table_study_helpers
from report_helpers import write_stand_ins
from saliometer.findings.scope import all_scopes
from saliometer.report.material import Material, material_of
from saliometer.seeds import seed_from
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings
from saliometer.table_study.study import describe_table_study
from saliometer.table_study.tables import reliability_of, summary_tables

DISTRIBUTIONS = ("normal", "skewed", "tied", "binary")
MISSING = ("none", "none", "at random", "where low")
METRIC = "q"


def section(number: int, folder: Path) -> Material:
    """Return what the page is made of for one random table."""
    random = np.random.default_rng(seed_from("contradictions", str(number)))
    table, controls = draw(random)
    direction = "lower_is_better" if random.random() < 0.3 else "higher_is_better"
    settings = Settings(**{direction: [METRIC]}, controls=controls)
    smallest = float(random.choice([0.0, 0.05, 0.3]))
    read = read_score_table(table_study_helpers.write(folder, table), settings)
    study = describe_table_study(
        "random", {"table": read}, {"confidence": 0.95, "smallest_difference": smallest}
    )
    tables = summary_tables(read.scores, study)
    tables["reliability"] = reliability_of(read.scores, study)
    write_stand_ins(folder, study)
    return material_of(study, tables, all_scopes(study)[0], folder, {})


def draw(random: np.random.Generator) -> tuple[pd.DataFrame, list[str]]:
    """Draw a tidy table and the names of its controls."""
    k, n_controls = int(random.integers(2, 7)), int(random.integers(0, 3))
    sizes = random.integers(1, 6, random.integers(3, 14))
    if random.random() < 0.3:
        sizes[0] = 25
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    names = [f"M{n}" for n in range(k)] + [f"C{n}" for n in range(n_controls)]
    level = random.choice([0.0, 0.03, 0.2, 1.0]) * random.integers(0, 4, len(names))
    of_cluster = random.choice([0.0, 0.5]) * random.normal(size=(len(sizes), len(names)))[cluster]
    shape = (len(cluster), len(names))
    noise = random.choice([0.02, 0.3]) * random.normal(size=shape)
    scores = level + of_cluster + random.normal(size=(len(cluster), 1)) + noise
    distribution = random.choice(DISTRIBUTIONS)
    if distribution == "skewed":
        scores = np.exp(2 * scores)
    if distribution == "tied":
        scores = scores.round()
    if distribution == "binary":
        scores = (scores > 0.5).astype(float)
    missing = random.choice(MISSING)
    lost = np.zeros(shape, dtype=bool)
    column = int(random.integers(0, k))
    if missing == "at random":
        lost[:, column] = random.random(len(cluster)) < 0.2
    if missing == "where low":
        lost[:, column] = scores[:, column] < np.quantile(scores[:, column], 0.3)
    rows = [
        {
            "item": f"i{item}",
            "method": name,
            "metric": METRIC,
            "score": np.nan if lost[item, n] else scores[item, n] + replicate * random.normal(0, 0.01),
            "cluster": f"c{cluster[item]}",
            "replicate": str(replicate),
        }
        for replicate in range(int(random.integers(1, 3)))
        for item in range(len(cluster))
        for n, name in enumerate(names)
    ]
    return pd.DataFrame(rows), [name for name in names if name.startswith("C")]
