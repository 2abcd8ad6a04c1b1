"""Shards are whole, equal when their content is equal, and prove their content."""

import random
import zipfile

import numpy as np
import pytest
import zarr

from saliometer import shards
from saliometer.errors import UserError

ARRAYS = {
    "maps": np.random.default_rng(1).random((5, 7, 6)).astype(np.float16),
    "scales": np.arange(5, dtype=np.float32),
    "nothing": np.zeros((0, 3), dtype=np.int32),
}
ATTRIBUTES = {"kind": "maps", "ids": ["a", "é"], "nested": {"b": [1, 2.5, None]}}


@pytest.fixture
def shard(tmp_path):
    path = tmp_path / "folder" / "0.zarr.zip"
    shards.write(path, ARRAYS, ATTRIBUTES)
    return path


def test_round_trip(shard):
    arrays, attributes = shards.read(shard)
    assert attributes == ATTRIBUTES
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)
    assert list(shards.read(shard, names=["scales"]).arrays) == ["scales"]
    assert shards.read_attributes(shard) == ATTRIBUTES


def test_plain_zarr_reads_it(shard):
    with zarr.storage.ZipStore(shard, mode="r") as store:
        np.testing.assert_array_equal(zarr.open(store, mode="r")["maps"][...], ARRAYS["maps"])


def test_equal_content_gives_equal_bytes(shard, tmp_path):
    again = tmp_path / "again.zarr.zip"
    shards.write(again, dict(reversed(ARRAYS.items())), dict(reversed(ATTRIBUTES.items())))
    assert again.read_bytes() == shard.read_bytes()


def test_a_failed_write_leaves_nothing(tmp_path):
    path = tmp_path / "0.zarr.zip"
    with pytest.raises(TypeError):
        shards.write(path, ARRAYS, {"not json": object()})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_foreign_files_are_one_line(tmp_path, content):
    path = tmp_path / "0.zarr.zip"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"0\.zarr\.zip.*delete it, then run again") as raised:
        shards.read(path)
    assert "\n" not in str(raised.value)


def test_an_absent_shard_is_named(tmp_path):
    with pytest.raises(UserError, match="no such shard"):
        shards.read(tmp_path / "none.zarr.zip")


def test_a_shard_of_something_else_is_named(shard):
    found = shards.read(shard, names=[])
    shards.expect(found, shard, kind="maps", nested=ATTRIBUTES["nested"])
    for wanted, words in (
        ({"kind": "mosaics"}, "kind is 'maps' where 'mosaics' is expected"),
        ({"kind": "maps", "ids": ["a"]}, r"ids is \['a', 'é'\] where \['a'\] is expected"),
        ({"form": "original"}, "it has no form, where 'original' is expected"),
    ):
        with pytest.raises(UserError, match=rf"0\.zarr\.zip: .*{words}.*delete it, then run again"):
            shards.expect(found, shard, **wanted)


def test_a_foreign_zarr_store_is_refused(tmp_path):
    path = tmp_path / "0.zarr.zip"
    with zarr.storage.ZipStore(path, mode="w") as store:
        zarr.create_group(store=store).create_array("maps", data=ARRAYS["maps"])
    with pytest.raises(UserError, match="damaged or foreign"):
        shards.read(path)


def test_no_damage_yields_other_content(tmp_path):
    """1,000 damages raise a UserError or leave arrays and attributes as written.

    500 cuts, 400 flipped bits, 60 overwritten stretches, 40 swaps with another shard of the run.
    """
    folder = tmp_path / "results" / "demo" / "maps" / "photos" / "original" / "net"
    shard, other = folder / "gradient" / "0" / "0.zarr.zip", folder / "edges" / "0" / "0.zarr.zip"
    shards.write(shard, ARRAYS, ATTRIBUTES)
    swapped = []
    for number in range(40):
        path = folder / "edges" / "0" / f"{number}.zarr.zip" if number % 2 else other
        shards.write(path, {**ARRAYS, "scales": ARRAYS["scales"] + number}, ATTRIBUTES)
        swapped.append(path.read_bytes())
    whole, chance = shard.read_bytes(), random.Random(0)
    cut = [whole[: len(whole) * part // 1000] for part in range(1000)]
    flipped = [flip(whole, chance) for _ in range(400)]
    strewn = []
    for _ in range(60):
        place = chance.randrange(len(whole))
        strewn.append(whole[:place] + chance.randbytes(40) + whole[place + 40 :])
    refused = []
    for damaged in [*cut, *flipped, *strewn, *swapped]:
        shard.write_bytes(damaged)
        try:
            arrays, attributes = shards.read(shard)
        except UserError as error:
            refused.append(str(error))
            continue
        assert attributes == ATTRIBUTES
        assert arrays.keys() == ARRAYS.keys()
        assert all(np.array_equal(arrays[name], ARRAYS[name]) for name in ARRAYS)
    assert len(refused) > 800
    assert all(f"{tmp_path / 'results' / 'demo'} --remove" in message for message in refused)


def flip(whole, chance):
    """Flip one bit."""
    place = chance.randrange(len(whole))
    return whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]


@pytest.mark.parametrize("other", ["mosaics/photos/original/1", "segments/photos/original/0"])
def test_a_shard_under_the_name_of_another_is_refused(tmp_path, other):
    place = "mosaics/photos/original/0.zarr.zip"
    run = tmp_path / "results" / "demo"
    shards.write(run / place, ARRAYS, ATTRIBUTES)
    swapped = run / f"{other}.zarr.zip"
    swapped.parent.mkdir(parents=True, exist_ok=True)
    swapped.write_bytes((run / place).read_bytes())
    with pytest.raises(UserError, match=f"written as {place}.*stages.check {run} --remove"):
        shards.read(swapped)
    run.rename(tmp_path / "moved")  # a whole run may be moved, and a shard copied out of it
    assert shards.read_attributes(tmp_path / "moved" / place) == ATTRIBUTES
    (tmp_path / "copy.zarr.zip").write_bytes((tmp_path / "moved" / place).read_bytes())
    assert shards.read_attributes(tmp_path / "copy.zarr.zip") == ATTRIBUTES


def test_entries_are_stored_sorted_and_undated(shard):
    with zipfile.ZipFile(shard) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {shards.FIXED_DATE}
