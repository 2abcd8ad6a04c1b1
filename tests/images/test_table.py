"""Tables of images: what they may hold, and the one line that a wrong one gives."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from saliometer.errors import UserError
from saliometer.images.sources import find_images, image_root, parse


def found(path: Path) -> list[tuple[str, int]]:
    images = find_images(parse({"source": "table", "path": str(path)}))
    return [(image.id, image.class_index) for image in images]


def write_csv(path: Path, rows: list[tuple], header=("path", "label")) -> Path:
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([header, *rows])
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_tables_take_indices_wnids_and_labels(tmp_path, suffix):
    rows = [("b/x.jpg", "tabby"), ("a,b.jpg", "817"), (str(tmp_path / "c.jpg"), "n02086240")]
    if suffix == ".csv":
        table = write_csv(tmp_path / "t.csv", [("ignored", *row) for row in rows], ("more", "path", "label"))
    else:
        table = tmp_path / "t.parquet"
        pd.DataFrame(rows, columns=["path", "label"]).assign(more=1).to_parquet(table)
    assert found(table) == [("c.jpg", 155), ("b/x.jpg", 281), ("a,b.jpg", 817)]
    assert image_root(parse({"source": "table", "path": str(table)})) == tmp_path


def test_parquet_table_of_integer_labels(tmp_path):
    pd.DataFrame({"path": ["a.jpg", "b.jpg"], "label": [817, 281]}).to_parquet(tmp_path / "t.parquet")
    assert found(tmp_path / "t.parquet") == [("b.jpg", 281), ("a.jpg", 817)]


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8-sig"), (";", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16")]
)
def test_csv_as_spreadsheets_write_it(tmp_path, separator, encoding):
    text = "path,label\na.jpg,tabby\n".replace(",", separator)
    (tmp_path / "t.csv").write_text(text, encoding=encoding)
    assert found(tmp_path / "t.csv") == [("a.jpg", 281)]


def test_ids_of_images_outside_the_tables_folder_do_not_depend_on_where_both_lie(tmp_path):
    for place in ("here", "there"):
        (tmp_path / place / "lists").mkdir(parents=True)
        rows = [("../photos/a.jpg", "tabby"), (str(tmp_path / place / "photos/more/b.jpg"), "281")]
        write_csv(tmp_path / place / "lists" / "t.csv", rows)
    here, there = (found(tmp_path / place / "lists" / "t.csv") for place in ("here", "there"))
    assert here == there == [("a.jpg", 281), ("more/b.jpg", 281)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path\na.jpg\n", "no column label"),
        ("path,label\na.jpg,\n,tabby\nb.jpg,tabby\nc.jpg\n", "no path or no label in row 1, 2, 4"),
        ("path,label\na,b.jpg,tabby\n", "more fields than columns in row 1"),
        ("path,label\na.jpg,tabbi\nb.jpg,crane\n", "nearest label: 'tabby'"),
        ("path,label\na.jpg,tabby\n./a.jpg,tabby\n", "listed more than once: 'a.jpg'"),
        ("path,label\n", "no images"),
        ("", "no column path"),
    ],
)
def test_wrong_tables_give_one_line(tmp_path, text, message):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(UserError, match=message) as caught:
        found(tmp_path / "t.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", b"\xff\xfe\x00", "not a readable CSV table"),
        ("t.parquet", b"PAR1", "not a readable Parquet table"),
        ("t.xlsx", b"", r"neither \.csv nor \.parquet"),
    ],
)
def test_files_that_are_no_tables(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError, match=message):
        found(tmp_path / name)
