"""The summary stage: shards in, the tables of the run out."""

import json

import pandas as pd

from saliometer import aggregation, shards
from saliometer.reliability.intervals import Settings
from saliometer.stages import summary
from saliometer.tables import read_parquet, write_parquet
from summary_helpers import METHODS, N_CLASSES, ROUNDS, make_mosaics, make_predictions, make_scores

TABLES = ("scores", "predictions", "tiles", "summary", "undefined", "accuracy", "image_use")


def run_stage(folder, monkeypatch, cuts):
    """Write shards of rounds cut as wanted, run the stage, and read its tables."""
    folder.mkdir()
    paths = {"scores": [], "predictions": [], "mosaics": []}
    for number, rounds in enumerate(cuts):
        mosaics = make_mosaics(rounds)
        paths["mosaics"].append(folder / f"{number}.zarr.zip")
        shards.write(paths["mosaics"][-1], *mosaics)
        parts = [make_mosaics([r]) for r in rounds]
        frames = {"predictions": pd.concat(map(make_predictions, parts))}
        frames |= {method: pd.concat([make_scores(part, method) for part in parts]) for method in METHODS}
        for name, frame in frames.items():
            path = folder / f"{name}_{number}.parquet"
            paths[name if name == "predictions" else "scores"].append(path)
            write_parquet(frame.reset_index(drop=True), path)
    job = {"settings": {"intervals": Settings().model_dump(), "methods": METHODS}}
    arguments = ["summary", "--job", json.dumps(job), "--output-directory", str(folder / "tables")]
    for name, files in paths.items():
        arguments += [f"--{name}", *map(str, files)]
    monkeypatch.setattr("sys.argv", arguments)
    summary.main()
    return folder / "tables"


def test_the_tables_do_not_show_how_the_work_was_cut(tmp_path, monkeypatch):
    whole = run_stage(tmp_path / "whole", monkeypatch, [[0, 1, 2]])
    cut = run_stage(tmp_path / "cut", monkeypatch, [[2], [0, 1]])
    assert sorted(path.name for path in whole.iterdir()) == sorted(
        f"{name}.{suffix}" for name in TABLES for suffix in ("csv", "parquet")
    )
    for path in whole.iterdir():
        assert path.read_bytes() == (cut / path.name).read_bytes(), path.name
    scores = read_parquet(whole / "scores.parquet")
    assert list(scores)[:12] == [*aggregation.SCORE_KEYS, *aggregation.MASSES]
    assert len(scores) == 2 * 4 * N_CLASSES * ROUNDS
    undefined = pd.read_csv(whole / "scores.csv")["specificity"].isna()
    assert undefined.sum() == scores["specificity"].isna().sum() > 0
