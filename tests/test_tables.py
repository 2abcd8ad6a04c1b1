"""Tables that can't be read are one line that says what to do."""

import pandas as pd
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
    with pytest.raises(UserError, match=r"damaged\.parquet: not a readable .*; delete it and run again$"):
        read(path)


def test_a_table_and_its_metadata_round_trip(tmp_path):
    frame = pd.DataFrame({"name": ["a", "é"], "value": [0.5, None]})
    path = tmp_path / "table.parquet"
    tables.write_parquet(frame, path, {"job": {"seed": 7}})
    pd.testing.assert_frame_equal(tables.read_parquet(path), frame)
    assert tables.parquet_metadata(path) == {"job": {"seed": 7}}
