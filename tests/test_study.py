"""The study of anybody's scores, by its command and function: whole, honest about what it does not know."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import synthetic_tables as synthetic
from report_helpers import STAND_IN
from saliometer import study
from saliometer.errors import UserError
from saliometer.figures import style
from saliometer.stages.command import run
from saliometer.table_study.settings import Settings
from table_study_helpers import BOTH, LEVELS, tidy, write

TABLES = {"scores", "summary", "undefined", "reliability"}
WITHOUT_NETWORKS = """
import runpy, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "torchvision", "snakemake", "zarr") or name == "saliometer.images":
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocked())
sys.argv[0] = "study"
runpy.run_module("saliometer.study", run_name="__main__")
"""


def run_command(*arguments):
    command = [sys.executable, "-c", WITHOUT_NETWORKS, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


def read(folder, name):
    return pd.read_parquet(folder / "tables" / f"{name}.parquet")


def words_of(page: Path) -> str:
    """All that a reader sees, and alternative texts."""
    text = re.sub(r"<(style|script)>.*?</\1>", "", page.read_text(), flags=re.DOTALL)
    text = re.sub(r'src="[^"]*"', "", text)
    return unescape(re.sub(r"</?\w[^>]*?(alt=\"[^\"]*\")?[^>]*>", r" \1 ", text))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The study of a table with clusters."""
    folder = tmp_path_factory.mktemp("made")
    study.make_study(write(folder, tidy()), folder / "out", BOTH)
    return folder / "out"


@pytest.mark.slow
def test_the_command_needs_no_network_workflow_or_shards(tmp_path):
    table = write(tmp_path, tidy(n_clusters=0))
    finished = run_command(
        *("--scores", table, "--output", tmp_path / "out", "--controls", "blind"),
        *("--higher-is-better", "faithful", "--lower-is-better", "error"),
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == f"study of {table} -> {tmp_path / 'out' / 'report.html'}\n"
    written = {path.name for path in (tmp_path / "out" / "tables").iterdir()}
    assert written == {f"{name}.{suffix}" for name in TABLES for suffix in ("csv", "parquet")}
    for name in TABLES - {"undefined"}:  # which is empty here
        for frame in (read(tmp_path / "out", name), pd.read_csv(tmp_path / "out" / "tables" / f"{name}.csv")):
            assert set(frame["clusters"]) == {"items assumed independent"}
    page = words_of(tmp_path / "out" / "report.html")
    assert "items assumed independent" in page
    assert "over the items (assumed independent)" in page
    assert {path.name for path in tmp_path.iterdir()} == {"out", "table.csv"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scores", "t.csv", "--output", "out"], "error: t.csv: metric 'f': which way is better"),
        (["--scores", "t.csv"], "error: the following arguments are required: --output"),
        (["--scores", "t.csv", "--output", "out", "--higher", "f", "--nonsense"], "error: unrecognized"),
        (["--scores", "t.csv", "--output", "t.csv", "--higher-is-better", "f"], "error: t.csv: is a file"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(tmp_path, monkeypatch, arguments, said):
    (tmp_path / "t.csv").write_text("item,method,metric,score\na,m,f,1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["study", *arguments])
    with pytest.raises(SystemExit) as stopped:  # with a text, which is exit code 1
        run(study.main)
    assert stopped.value.code.startswith(said)
    assert "\n" not in stopped.value.code
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


# Of a table's metrics nobody knows which are functions of each other.
OF_KNOWN_METRICS = [f"krippendorff_alpha_across_metrics_by_{by}" for by in ("mean", "median")]


@pytest.mark.slow
def test_our_own_scores_give_the_coefficients_of_the_run(tmp_path):
    names = ["gradcam", "gradient", "inputxgradient", "intgrad", "edges"]
    tables = synthetic.tables(names)
    by_class = synthetic.study(names, intervals={"clusters": "target_class", "confidence": 0.95})
    metrics, intervals = synthetic.catalogue(by_class["metrics"]), synthetic.Settings()
    # A table of scores knows no images, so none may be shared.
    tiles = tables["tiles"].assign(image=[f"image {row}" for row in range(len(tables["tiles"]))])
    expected = synthetic.reliability_table(tables["scores"], tiles, by_class["methods"], metrics, intervals)
    tables["scores"].to_csv(tmp_path / "scores.csv", index=False)
    study.make_study(tmp_path / "scores.csv", tmp_path / "out", Settings(controls=["edges"]))
    found = read(tmp_path / "out", "reliability")
    keys = ["coefficient", "metric", "metric_b", "method_a"]
    numbers = ["estimate", "ci_low", "ci_high", "p", "n_raters", "n_units", "n_clusters", "n_missing"]
    expected, found = (
        frame[frame["method_b"].isna() & ~frame["coefficient"].isin(OF_KNOWN_METRICS)]
        .set_index(keys)[numbers]
        .astype(float)
        .sort_index()
        for frame in (expected, found)
    )
    both = expected.index.intersection(found.index)
    assert len(both) > 0.95 * len(expected)
    pd.testing.assert_frame_equal(found.loc[both], expected.loc[both], rtol=1e-9)


def test_a_metric_turned_round_ranks_alike(made):
    rows = read(made, "reliability")
    ranks = rows[rows["coefficient"] == "rank_by_mean"].pivot(index="method_a", columns="metric")["estimate"]
    assert list(ranks.sort_values("error").index) == ["best", "good", "weak"]
    pd.testing.assert_series_equal(ranks["error"], ranks["faithful"], check_names=False)


def test_the_page_says_what_is_known_and_nothing_else(made):
    page = words_of(made / "report.html")
    assert "best leads with a mean faithful of" in page
    assert "By faithful, best scores better than good and weak." in page
    assert "best, good and weak: better than the control blind by faithful." in page
    assert "faithful orders all 3 methods." in page
    assert "24 items by 2 metrics. They fall into 6 clusters." in page
    visible = page.split("All settings")[0].replace("answer ordinal questions", "")  # a paper's title
    for unknown in (
        "mosaic",
        "question",
        "photograph",
        "network",
        "above chance",
        r"\bnan\b",
        "axiom",
        "Seed",
    ):
        assert not re.search(unknown, visible), unknown


def test_every_picture_has_words(made):
    page = (made / "report.html").read_text()
    pictures = re.findall(r"<img [^>]*>", page)
    assert len(pictures) == len(list((made / "figures").rglob("*.svg"))) > 4
    assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)


@pytest.mark.slow
def test_names_may_hold_anything(tmp_path):
    names = {"blind": "<b>&amp;", "weak": "../../up", "good": "a/b c", "best": "Ähnlichkeit 'x'"}
    table = tidy(n_items=8, n_clusters=4)
    table["method"] = table["method"].map(names)
    table["metric"] = table["metric"].map({"faithful": "../f", "error": "\u00fc {wildcard}"})
    table = table.assign(dataset="../../etc", model="ResNet 50 (v2)")
    settings = Settings(
        higher_is_better=["../f"], lower_is_better=["\u00fc {wildcard}"], controls=["<b>&amp;"]
    )
    study.make_study(write(tmp_path, table), tmp_path / "in" / "out", settings)
    assert {path.name for path in tmp_path.rglob("*") if path.is_dir()} >= {"out", "figures", "in"}
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["out"]
    assert set(read(tmp_path / "in" / "out", "summary")["method"]) == set(names.values())
    assert "<b>&amp;" not in (tmp_path / "in" / "out" / "report.html").read_text()


def stand_in(figure, stem, mark):
    """Save an empty picture in place of a figure."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_name(stem.name + ".svg").write_text(STAND_IN)


POOR = {
    "two methods": tidy(n_items=6).query("method in ('good', 'best')"),
    "one method": tidy(n_items=6).query("method == 'good'"),
    "one item": tidy(n_items=1),
    "controls alone": tidy(n_items=6).query("method == 'blind'"),
    "nothing defined": tidy(n_items=6).assign(score=float("nan")),
    "all tied": tidy(n_items=6).assign(score=0.5),
    "holes": tidy(n_items=12).sample(frac=0.6, random_state=0),
    "replicates": tidy(n_items=6, replicates=2),
    "forms, models and data sets": pd.concat(
        tidy(n_items=6, seed=seed).assign(form=form, model=model, dataset=dataset)
        for seed, (form, model, dataset) in enumerate(
            [("a", "m", "d"), ("b", "m", "d"), ("a", "n", "d"), ("a", "n", "e")]
        )
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", POOR)
def test_poor_and_rich_tables_are_told_too(tmp_path, monkeypatch, name):
    monkeypatch.setattr(style, "save", stand_in)  # saving takes longer than all the rest
    known = set(POOR[name]["method"])
    settings = BOTH.model_copy(update={"controls": ["blind"] if "blind" in known else []})
    study.make_study(write(tmp_path, POOR[name]), tmp_path / "out", settings)
    rows = read(tmp_path / "out", "reliability")
    assert rows.loc[rows["estimate"].isna(), "reason"].notna().all()
    assert not rows["reason"].str.contains("draws nothing", na=False).any()
    assert "They do not show" in words_of(tmp_path / "out" / "report.html")


@pytest.mark.slow
def test_the_same_table_gives_the_same_bytes(made, tmp_path):
    study.make_study(write(tmp_path, tidy()), tmp_path / "again", BOTH)
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (made, tmp_path / "again")
    )
    assert first == second


@pytest.mark.parametrize("confidence", [0.0, 1.0, float("nan")])
def test_a_confidence_that_is_none_is_refused(tmp_path, confidence):
    with pytest.raises(UserError, match="intervals: confidence: "):
        study.make_study(write(tmp_path, tidy(n_items=2)), tmp_path / "out", BOTH, {"confidence": confidence})


def test_levels_are_found(made):
    summary = read(made, "summary").query("metric == 'faithful'").set_index("method")
    for method, level in LEVELS.items():
        assert abs(summary.loc[method, "mean"] - level) < 0.3
