"""Tables of scores as people have them, and one line for each mistake, with the rows of a spreadsheet."""

import numpy as np
import pandas as pd
import pytest

import synthetic_tables as synthetic
from saliometer.errors import UserError
from saliometer.table_study.clusters import CLUSTERS
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings
from saliometer.tables import write_table
from table_study_helpers import tidy, write

BOTH = Settings(higher_is_better=["faithful"], lower_is_better=["error"])
HEADER = "item,method,metric,score"


def read(tmp_path, *lines, settings=None):
    (tmp_path / "t.csv").write_text("\n".join(lines))
    return read_score_table(tmp_path / "t.csv", settings or Settings(higher_is_better=["f"]))


def refused(tmp_path, *lines, settings=None):
    with pytest.raises(UserError) as caught:
        read(tmp_path, *lines, settings=settings)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "t.csv") in str(caught.value)
    return str(caught.value).removeprefix(f"{tmp_path / 't.csv'}: ")


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_every_score_of_a_tidy_table_is_read(tmp_path, name):
    table = tidy()
    scores = read_score_table(write(tmp_path, table, name), BOTH).scores
    assert list(scores)[8:] == ["faithful", "error"]
    assert (scores[["dataset", "form", "model"]] == ["given", "original", "given"]).all(axis=None)
    read = scores.melt(["mosaic", "method", "cluster"], ["faithful", "error"], "metric", "score")
    read = read.rename(columns={"mosaic": "item"})[list(table)]
    keys = ["item", "method", "metric"]
    expected, read = (frame.sort_values(keys, ignore_index=True) for frame in (table, read))
    pd.testing.assert_frame_equal(read, expected, check_dtype=False)


def test_the_order_of_rows_and_of_columns_is_nothing(tmp_path):
    table = tidy()
    shuffled = table.sample(frac=1, random_state=1)[["score", "metric", "cluster", "method", "item"]]
    one, other = (
        read_score_table(write(tmp_path, t, n), BOTH) for t, n in ((table, "a.csv"), (shuffled, "b.csv"))
    )
    pd.testing.assert_frame_equal(one.scores, other.scores[list(one.scores)])


@pytest.mark.parametrize("empty", ["", "NaN", "NA", "null"])
def test_an_empty_score_is_undefined_and_not_0(tmp_path, empty):
    scores = read(tmp_path, HEADER, f"a,m,f,{empty}", "a,n,f,0").scores
    assert np.isnan(scores["f"][0])
    assert scores["f"][1] == 0


def test_without_clusters_items_are_their_own(tmp_path):
    table = read(tmp_path, HEADER, "a,m,f,1", "b,m,f,2")
    assert table.clusters == "item"
    assert list(table.scores["cluster"]) == ["a", "b"]


def test_a_byte_order_mark_spaces_and_blank_lines_are_no_mistake(tmp_path):
    table = read(tmp_path, f"\ufeff{HEADER}", "", " a , m,f , 1.5 ", ",,,", "b,m,f,2e-1", "")
    assert list(table.scores["f"]) == [1.5, 0.2]


def test_a_header_of_two_lines_is_one_row(tmp_path):
    table = read(
        tmp_path, 'mosaic,method,"f\n(2020)"', "a,m,1", settings=Settings(higher_is_better=["f\n(2020)"])
    )
    assert table.scores["f\n(2020)"].tolist() == [1]


@pytest.mark.slow
def test_our_own_wide_table_is_known_by_its_metrics(tmp_path):
    scores = synthetic.tables()["scores"]
    write_table(scores, tmp_path / "tables" / "scores")
    for suffix in ("csv", "parquet"):
        table = read_score_table(tmp_path / "tables" / f"scores.{suffix}", Settings())
        ways = dict(map(tuple, table.directions))
        assert ways["precision"] == "higher"
        assert ways["false_positive_rate"] == "lower"
        assert table.clusters == "target"
        keys = ["method", "mosaic", "target"]
        expected = scores.assign(target=scores["target"].astype(str)).sort_values(keys)["mcc"].to_numpy()
        np.testing.assert_array_equal(table.scores.sort_values(keys)["mcc"].to_numpy(), expected)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "is empty"),
        ([HEADER], "holds no score"),
        (["item,method,score", "a,m,1"], "row 1: no column metric (found: item, method, score)"),
        (["item|method|metric|score", "a|m|f|1"], "row 1: no columns item, method, metric, score"),
        ([f"{HEADER},item", "a,m,f,1,a"], "row 1: column 'item' is there twice"),
        ([f"{HEADER},clusters", "a,m,f,1,c"], "row 1: column 'clusters': did you mean 'cluster'?"),
        ([HEADER, "a,m,f,1", "b,m,f,high"], "row 3: score is 'high', which is no number"),
        ([HEADER, "a,m,f,1", '"b\nb",m,f,0', "c,m,f,0_1"], "row 4: score is '0_1'"),
        ([HEADER, 'a,m,f,"0,5,1"'], "row 2: score is '0,5,1', which is no number"),
        ([HEADER, 'a,m,f,"1,234"'], "row 2: score is '1,234': thousands or a decimal comma?"),
        ([HEADER, 'a,m,f,"0,5"', "b,m,f,0.5"], "row 2: score is '0,5', and in row 3 score is '0.5'"),
        ([HEADER.replace(",", ";"), "a;m;f;1.234,5"], "row 2: score is '1.234,5', which is no number"),
        ([HEADER, "a,m,f,1e160", "b,m,f,1"], "row 2: score 1e+160 is beyond 1e+50"),
        ([HEADER, "a,m,f,1e308", "b,m,f,-1e308"], "rows 2, 3: score 1e+308 is beyond 1e+50"),
        ([HEADER, "a,m,f,1e-60", "b,m,f,0"], "metric 'f': no score is beyond 1e-60"),
        (["mosaic,method,f", "a,m,1e160"], "row 2: score 1e+160 is beyond 1e+50"),
        ([HEADER, "a,m\x1b[2K,f,1"], r"row 2: method holds a control character ('m\x1b[2K')"),
        (["mosaic,method,f\x07", "a,m,1"], r"row 1: metric holds a control character ('f\x07')"),
        ([HEADER, "a,m,f,True"], "row 2: score is 'True'"),
        ([HEADER, "", "a,m,f,inf"], "row 3: score is infinite (inf)"),
        ([HEADER, "a,m,f,1", "b,m,f,-1e999"], "row 3: score is infinite (-1e999)"),
        ([HEADER, "a,m,f,1", "b,m,f,2", "a,m,f,3"], "rows 2, 4: the same score twice"),
        ([HEADER, "a,m,f,1", "b,,f,2"], "row 3: no method"),
        ([HEADER, "a,m,f,1", "b,m,f"], "row 3: fewer values than the header"),
        ([HEADER, "a,m,f,1,7"], "row 2: more values than the header"),
        ([HEADER, "a,m,f,1", "b,m,f,1,7,8"], "row 3: more values than the header"),
        ([f"{HEADER},cluster", "a,m,f,1,x", "a,n,f,1,y"], "rows 2, 3: item a is in the clusters x, y"),
        ([HEADER, "a,m,target,1"], "row 2: a metric can't be called target"),
        ([HEADER, "a,m,g,1"], "metric 'g': which way is better is not known; give --higher-is-better g"),
        (["mosaic,method"], "holds no score"),
        (["mosaic,method", "a,m"], "row 1: no column of a metric"),
        (["mosaic,method,f", "a,m,1", "a,m,2"], "rows 2, 3: the same score twice"),
    ],
)
def test_a_mistake_is_one_line_with_its_rows(tmp_path, lines, said):
    settings = Settings() if said.startswith("metric") else None
    assert refused(tmp_path, *lines, settings=settings).startswith(said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(higher_is_better=["f", "g"]), "higher_is_better: no metric 'g' in it (metrics: f)"),
        (Settings(higher_is_better=["f"], lower_is_better=["f"]), "metric 'f': is in higher_is_better and"),
        (Settings(higher_is_better=["f"], controls=["x"]), "controls: no method 'x' in it (methods: m)"),
    ],
)
def test_names_that_are_not_in_the_table_are_refused(tmp_path, settings, said):
    assert refused(tmp_path, HEADER, "a,m,f,1", settings=settings).startswith(said)


def test_many_wrong_rows_are_counted(tmp_path):
    lines = [f"i{number},m,f,x" for number in range(9)]
    assert refused(tmp_path, HEADER, *lines).startswith("rows 2, 3, 4, 5, 6 and 4 more: score is 'x'")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00i", b"PK\x03\x04", b""])
@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_what_is_no_table_is_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=rf"{name}: ") as caught:
        read_score_table(tmp_path / name, Settings())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["absent.csv", "t.xlsx"])
def test_absent_files_and_other_kinds_are_one_line(tmp_path, name):
    (tmp_path / "t.xlsx").write_bytes(b"")
    with pytest.raises(UserError, match=r"no such file|must end in"):
        read_score_table(tmp_path / name, Settings())


@pytest.mark.parametrize(("kind", "words"), CLUSTERS.items())
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_our_own_tables_are_read_back_with_what_their_clusters_are(tmp_path, kind, words, suffix):
    rows = [
        {"mosaic": f"i{i}", "method": m, "target": "1", "cluster": f"c{i // 2}", "f": 0.5}
        for i in range(4)
        for m in "ab"
    ]
    write_table(pd.DataFrame(rows).assign(clusters=words), tmp_path / "t")
    found = read_score_table(tmp_path / f"t.{suffix}", Settings(higher_is_better=["f"]))
    assert found.clusters == kind
    assert list(found.scores)[8:] == ["f"]
    of_items = {"cluster": ["c0", "c1"], "target": ["1"], "item": ["i0", "i1", "i2", "i3"]}
    assert sorted(found.scores["cluster"].unique()) == of_items[kind]
