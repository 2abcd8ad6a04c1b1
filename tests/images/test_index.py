"""The index, its digest, the listing's digest and the stage's command."""

import hashlib
import re
import shutil

import pytest
from PIL import Image

from images_helpers import save_picture
from saliometer.errors import UserError
from saliometer.images.index import build_index, image_root, index_digest
from saliometer.images.listing import listing_digest
from saliometer.images.sources import find_images, parse

COLUMNS = ["id", "path", "class_index", "wnid", "label", "width", "height", "sha256"]


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "photos"
    save_picture(root / "817" / "a.png", (255, 0, 0))
    save_picture(root / "tabby" / "z.jpg", (0, 255, 0), size=(16, 8))
    turned = Image.Exif()
    turned[0x0112] = 6
    (root / "tabby").mkdir(exist_ok=True)
    Image.new("RGB", (16, 8)).save(root / "tabby" / "b.jpg", exif=turned)
    return root


def settings_of(folder, **keys):
    return parse({"source": "folder", "path": str(folder), **keys})


def listing_of(settings):
    return listing_digest(find_images(settings), image_root(settings))


def test_index_of_a_folder(folder):
    index, skipped = build_index(settings_of(folder))
    assert list(index.columns) == COLUMNS
    assert index["id"].tolist() == ["tabby/b.jpg", "tabby/z.jpg", "817/a.png"]
    assert index["path"].tolist() == index["id"].tolist()
    assert index["class_index"].tolist() == [281, 281, 817]
    assert index["wnid"].tolist() == ["n02123045", "n02123045", "n04285008"]
    assert index["label"].tolist() == ["tabby", "tabby", "sports car"]
    assert index[["width", "height"]].values.tolist() == [[8, 16], [16, 8], [5, 4]]
    for row in index.itertuples():
        assert row.sha256 == hashlib.sha256((folder / row.path).read_bytes()).hexdigest()
    assert list(skipped.columns) == ["path", "reason"]
    assert skipped.empty


def test_index_of_the_sample_photographs():
    settings = parse({"source": "sample_photos"})
    index, skipped = build_index(settings)
    assert len(index) == index["id"].nunique() == index["sha256"].nunique() == 20
    assert index["class_index"].is_monotonic_increasing
    assert index["class_index"].nunique() == 19
    assert index.loc[index["class_index"] == 609, "label"].tolist() == ["jeep", "jeep"]
    assert (image_root(settings) / index["path"].iloc[0]).is_file()
    assert skipped.empty


@pytest.fixture
def spoilt(folder):
    (folder / "817" / "empty.jpg").write_bytes(b"")
    (folder / "817" / "notes.txt").write_text("notes")
    whole = save_picture(folder / "817" / "cut.png", size=(50, 50)).read_bytes()
    (folder / "817" / "cut.png").write_bytes(whole[: len(whole) // 2])
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 255)]
    frames[0].save(folder / "tabby" / "moving.gif", save_all=True, append_images=frames[1:])
    return folder


BAD = {
    "817/empty.jpg": "no picture",
    "817/notes.txt": "no picture",
    "817/cut.png": "truncated",
    "tabby/moving.gif": "animated",
}


def test_all_bad_files_are_listed_in_one_line_with_their_reasons(spoilt):
    with pytest.raises(UserError, match="4 of 7 images can't be used") as caught:
        build_index(settings_of(spoilt))
    message = str(caught.value)
    assert "\n" not in message
    assert "on_bad_image: skip" in message
    for path, reason in BAD.items():
        assert re.search(rf"{re.escape(path)}: [^;]*{reason}", message)
    assert "z.jpg" not in message


def test_bad_files_are_skipped_on_request_and_recorded(spoilt):
    index, skipped = build_index(settings_of(spoilt, on_bad_image="skip"))
    assert index["id"].tolist() == ["tabby/b.jpg", "tabby/z.jpg", "817/a.png"]
    assert set(skipped["path"]) == set(BAD)
    for path, reason in skipped.itertuples(index=False):
        assert BAD[path] in reason


def test_nothing_but_bad_files_is_an_error_even_when_they_are_skipped(tmp_path):
    (tmp_path / "281").mkdir()
    (tmp_path / "281" / "a.jpg").write_bytes(b"")
    with pytest.raises(
        UserError, match=r"1 of 1 images can't be used \(mend or remove them\): 281/a\.jpg: no picture"
    ):
        build_index(settings_of(tmp_path, on_bad_image="skip"))


def test_file_that_a_table_names_and_that_is_absent_is_a_bad_image(tmp_path):
    save_picture(tmp_path / "a.png")
    (tmp_path / "t.csv").write_text("path,label\na.png,281\nabsent.png,281\n")
    settings = {"source": "table", "path": str(tmp_path / "t.csv")}
    with pytest.raises(UserError, match=r"absent\.png: can't be opened \(no such file"):
        build_index(parse(settings))
    index, skipped = build_index(parse({**settings, "on_bad_image": "skip"}))
    assert index["id"].tolist() == ["a.png"]
    assert skipped["path"].tolist() == ["absent.png"]
    assert len(listing_of(parse(settings))) == 64


def test_index_digest_depends_on_ids_classes_and_bytes_alone(folder, tmp_path):
    index, _ = build_index(settings_of(folder))
    digest = index_digest(index)
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert index_digest(index.iloc[::-1]) == digest
    assert index_digest(index.assign(path="elsewhere", width=1, height=1)) == digest
    moved = shutil.copytree(folder, tmp_path / "moved")
    assert index_digest(build_index(settings_of(moved))[0]) == digest
    for column, value in {"id": "other", "class_index": 3, "sha256": "0" * 64}.items():
        changed = index.copy()
        changed.loc[1, column] = value
        assert index_digest(changed) != digest
    assert index_digest(index.iloc[1:]) != digest


def test_listing_digest_sees_what_changes_and_opens_no_file(folder, tmp_path):
    seen = {listing_of(settings_of(folder))}
    moved = shutil.copytree(folder, tmp_path / "moved", copy_function=shutil.copyfile)
    assert listing_of(settings_of(moved)) in seen
    (moved / "tabby" / "b.jpg").write_bytes(b"shorter, and no picture")
    seen.add(listing_of(settings_of(moved)))
    (moved / "tabby" / "b.jpg").rename(moved / "817" / "b.jpg")
    seen.add(listing_of(settings_of(moved)))
    (moved / "817" / "b.jpg").unlink()
    seen.add(listing_of(settings_of(moved)))
    (moved / "817").rename(moved / "818")
    seen.add(listing_of(settings_of(moved)))
    seen.add(listing_of(settings_of(folder, classes=["tabby"])))
    assert len(seen) == 6


def test_listing_digest_sees_a_new_label_in_a_table(tmp_path):
    save_picture(tmp_path / "a.png")
    digests = set()
    for label in ("tabby", "281", "817"):
        (tmp_path / "t.csv").write_text(f"path,label\na.png,{label}\n")
        digests.add(listing_of(parse({"source": "table", "path": str(tmp_path / "t.csv")})))
    assert len(digests) == 2


def test_listing_of_a_missing_folder(tmp_path):
    with pytest.raises(UserError, match="no such folder of images"):
        listing_of(settings_of(tmp_path / "absent"))


def test_progress_names_the_source_and_counts_its_images(folder, capsys):
    index, _ = build_index(settings_of(folder))
    assert f"folder: {len(index)} of {len(index)} images, " in capsys.readouterr().err
