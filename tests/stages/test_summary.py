"""The summary stage: shards in, the tables of the run out."""

import json

import pandas as pd

from saliometer import shards
from saliometer.metrics.classification import MASSES
from saliometer.products.paths import PATTERNS, axes_of_study, expand
from saliometer.reliability.clustering.intervals import Settings
from saliometer.stages import summary
from saliometer.summary import SCORE_KEYS
from saliometer.tables import read_parquet, write_parquet
from summary_helpers import (
    METHODS,
    N_CLASSES,
    ROUNDS,
    make_axioms,
    make_mosaics,
    make_predictions,
    make_scores,
)

TABLES = ("scores", "predictions", "tiles", "summary", "undefined", "accuracy", "image_use", "axioms")


def run_stage(folder, monkeypatch, cuts):
    """Write shards of rounds cut as wanted, run the stage, and read its tables."""
    study = {
        "datasets": ["photos"],
        "forms": ["original"],
        "models": ["net"],
        "methods": METHODS,
        "replicates": {name: ["0"] for name in METHODS},
        "metrics": {"classification": {}},
        "shards": len(cuts),
        "intervals": Settings().model_dump(),
    }
    for number, rounds in enumerate(cuts):
        mosaics = make_mosaics(rounds)
        axes = {**axes_of_study(study), "dataset": ["photos"], "shard": [number]}
        shards.write(folder / expand(PATTERNS["mosaics"], axes)[0], *mosaics)
        parts = [make_mosaics([r]) for r in rounds]
        predictions = pd.concat(map(make_predictions, parts)).reset_index(drop=True)
        write_parquet(predictions, folder / expand(PATTERNS["predictions"], axes)[0])
        for method in METHODS:
            scores = pd.concat([make_scores(part, method) for part in parts]).reset_index(drop=True)
            write_parquet(scores, folder / expand(PATTERNS["scores"], {**axes, "method": [method]})[0])
            residuals = pd.concat([make_axioms(part, method) for part in parts]).reset_index(drop=True)
            write_parquet(residuals, folder / expand(PATTERNS["axioms"], {**axes, "method": [method]})[0])
    job = json.dumps({"settings": study})
    arguments = [
        "summary",
        "--job",
        job,
        "--results",
        str(folder),
        "--output-directory",
        str(folder / "tables"),
    ]
    monkeypatch.setattr("sys.argv", arguments)
    summary.main()
    return folder / "tables"


def test_the_tables_do_not_show_how_the_work_was_cut(tmp_path, monkeypatch):
    whole = run_stage(tmp_path / "whole", monkeypatch, [[0, 1, 2]])
    cut = run_stage(tmp_path / "cut", monkeypatch, [[2], [0, 1]])
    assert sorted(path.name for path in whole.iterdir()) == sorted(
        f"{name}.{suffix}" for name in TABLES for suffix in ("csv", "parquet")
    )
    for path in whole.glob("*.csv"):
        assert path.read_bytes() == (cut / path.name).read_bytes(), path.name
    for path in whole.glob("*.parquet"):  # all but what it remembers being made from
        pd.testing.assert_frame_equal(read_parquet(path), read_parquet(cut / path.name))
    scores = read_parquet(whole / "scores.parquet")
    assert list(scores)[:12] == [*SCORE_KEYS, *MASSES]
    assert len(scores) == 2 * 4 * N_CLASSES * ROUNDS
    axioms = read_parquet(whole / "axioms.parquet")
    assert list(axioms) == [*SCORE_KEYS, "axiom", "residual", "zero_share"]
    assert len(axioms) == len(scores)
    undefined = pd.read_csv(whole / "scores.csv")["specificity"].isna()
    assert undefined.sum() == scores["specificity"].isna().sum() > 0
