"""Tables that can't be read are one line that says what to do."""

import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from saliometer import tables
from saliometer.errors import UserError

READERS = [tables.read_parquet, tables.parquet_metadata]


@pytest.mark.parametrize("read", READERS)
def test_an_absent_table_is_to_be_made(tmp_path, read):
    with pytest.raises(UserError, match=r"absent\.parquet: no such table; run its stage$"):
        read(tmp_path / "absent.parquet")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table at all"])
def test_a_damaged_table_is_to_be_made_again(tmp_path, read, content):
    path = tmp_path / "damaged.parquet"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"damaged\.parquet: .*not a readable .*; delete it, then run again$"):
        read(path)


def test_a_table_and_its_metadata_round_trip(tmp_path):
    frame = pd.DataFrame({"name": ["a", "é"], "value": [0.5, None]})
    path = tmp_path / "table.parquet"
    tables.write_parquet(frame, path, {"job": {"seed": 7}})
    pd.testing.assert_frame_equal(tables.read_parquet(path), frame)
    assert tables.parquet_metadata(path) == {"job": {"seed": 7}}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"text": ["a", "b"], "number": [1, 2]})[:0],
        pd.DataFrame({"text": ["x", "", None, "é", "b"], "truth": [True, False, True, True, None]})[1:],
        pd.DataFrame({"nothing": [None, None], "empty": ["", ""]}),
        pd.DataFrame({"when": pd.to_datetime(["2020-01-01", None]), "list": [[1], None]}),
        pd.DataFrame({"category": pd.Categorical(["x", "y", "x"])}),
    ],
)
def test_every_type_of_column_reads_back(tmp_path, frame):
    path = tmp_path / "key=value" / "table.parquet"
    tables.write_parquet(frame, path)
    read = tables.read_parquet(path)
    assert list(read) == list(frame)
    assert (
        read.astype(str).to_numpy().tolist()
        == pa.Table.from_pandas(frame, preserve_index=False).to_pandas().astype(str).to_numpy().tolist()
    )


def test_other_values_in_a_sound_file_are_refused(tmp_path):
    """A table whose bytes parse but whose values, types or order are not those that were sealed."""
    frame = pd.DataFrame({"name": ["ab", "c", None], "value": [0.5, np.nan, 2]})
    path = tmp_path / "table.parquet"
    tables.write_parquet(frame, path)
    seal = pq.read_schema(path).metadata
    others = [
        frame.assign(value=[0.5, 0, 2]),
        frame.assign(value=[0.5, np.nan, 3]),
        frame.assign(name=["a", "bc", None]),
        frame.assign(name=["ab", None, "c"]),
        frame.assign(value=frame["value"].astype("float32")),
        frame[["value", "name"]],
        frame[::-1],
        frame[:2],
        frame.rename(columns={"name": "nam"}),
    ]
    for other in others:
        pq.write_table(pa.Table.from_pandas(other, preserve_index=False).replace_schema_metadata(seal), path)
        with pytest.raises(UserError, match="do not match their digest"):
            tables.read_parquet(path)


def test_a_table_under_the_name_of_another_is_refused(tmp_path):
    results = tmp_path / "results" / "demo"
    first, second = (results / f"predictions/photos/original/net/{shard}.parquet" for shard in (0, 1))
    for shard, path in enumerate((first, second)):
        tables.write_parquet(pd.DataFrame({"shard": [shard]}), path, {"shard": shard})
    second.write_bytes(first.read_bytes())
    for read in READERS:
        with pytest.raises(
            UserError, match=r"written as predictions/photos/original/net/0\.parquet"
        ) as raised:
            read(second)
        assert f"python -m saliometer.stages.check {results} --remove" in str(raised.value)
    copied = tmp_path / "copy.parquet"
    copied.write_bytes(first.read_bytes())
    assert tables.parquet_metadata(copied) == {"shard": 0}


def test_a_table_without_a_seal_is_taken_outside_of_results_alone(tmp_path):
    frame = pd.DataFrame({"value": [1]})
    frame.to_parquet(tmp_path / "mine.parquet")
    assert tables.read_parquet(tmp_path / "mine.parquet")["value"].tolist() == [1]
    (tmp_path / "tables").mkdir()
    frame.to_parquet(tmp_path / "tables" / "scores.parquet")
    with pytest.raises(UserError, match="no seal"):
        tables.read_parquet(tmp_path / "tables" / "scores.parquet")


@pytest.mark.slow
def test_no_damage_yields_another_table(tmp_path):
    """1,000 truncations and 1,000 bit flips raise a UserError or leave table and metadata as written."""
    frame = pd.DataFrame({"name": ["a", "é", None] * 9, "value": np.linspace(0, 1, 27)})
    path = tmp_path / "results" / "demo" / "tables" / "scores.parquet"
    tables.write_parquet(frame, path, {"job": {"seed": 7}})
    whole, chance, refused = path.read_bytes(), random.Random(0), []
    cut = [whole[: len(whole) * part // 1000] for part in range(1000)]
    for damaged in [*cut, *(flip(whole, chance) for _ in range(1000))]:
        path.write_bytes(damaged)
        try:
            read, metadata = tables.read_with_metadata(path)
        except UserError as error:
            refused.append(str(error))
            continue
        pd.testing.assert_frame_equal(read, frame)
        assert metadata == {"job": {"seed": 7}}
    assert len(refused) > 1500
    assert not [message for message in refused if "\n" in message]


def flip(whole: bytes, chance: random.Random) -> bytes:
    """Flip one bit."""
    place = chance.randrange(len(whole))
    return whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
