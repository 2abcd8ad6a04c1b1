"""Every source on a small folder: what it lists, and the one line it gives when it can't."""

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images_helpers import touch
from saliometer.errors import UserError
from saliometer.images.imagenet import class_list
from saliometer.images.source import Candidate
from saliometer.images.sources import (
    SOURCES,
    find_images,
    folder,
    image_root,
    named_files,
    parse,
    source_module,
)


def found(source: str, path: Path, **keys) -> list[tuple[str, int]]:
    return [
        (image.id, image.class_index)
        for image in find_images(parse({"source": source, "path": str(path), **keys}))
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_keeps_the_interface(name):
    module = source_module(name)
    assert module.Settings.model_fields["source"].annotation.__args__ == (name,)
    assert all(field.description for field in module.Settings.model_fields.values())
    assert {"classes", "images_per_class", "on_bad_image"} <= set(module.Settings.model_fields)
    assert callable(module.root)
    assert callable(module.find)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"source": "folders", "path": "x"}, "source: 'folders' is none of folder, imagenet_val,"),
        ({"path": "x"}, "source: 'None' is none of"),
        ({"source": "folder"}, "source folder: path: Field required"),
        ({"source": "folder", "path": "x", "classes": ["tabbi"]}, "nearest label: 'tabby'"),
        ({"source": "folder", "path": "x", "classes": ["crane"]}, "names two classes"),
        ({"source": "folder", "path": "x", "classes": []}, "classes"),
        ({"source": "folder", "path": "x", "images_per_class": 0}, "images_per_class"),
        ({"source": "folder", "path": "x", "on_bad_image": "ignore"}, "on_bad_image"),
        ({"source": "sample_photos", "path": "x"}, "path"),
        ({"source": "named_files", "path": "x", "ambiguous": {"tabby": 281}}, "does not name two classes"),
        ({"source": "named_files", "path": "x", "ambiguous": {"crane": 135}}, "class 134 or 517, not 135"),
        ({"source": "imagenet_val", "path": "x", "meta": "y"}, "leave meta out"),
    ],
)
def test_wrong_settings_give_one_line(block, message):
    with pytest.raises(UserError) as caught:
        parse(block)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sample_photos_are_twenty_of_nineteen_classes():
    settings = parse({"source": "sample_photos"})
    images = find_images(settings)
    assert len(images) == 20
    assert [image.class_index for image in images].count(609) == 2
    assert len({image.class_index for image in images}) == 19
    for image in images:
        assert (image_root(settings) / image.path).is_file()
        assert image.id.endswith(f"_{image.class_index}.jpg")


def test_sample_photos_are_found_without_importing_foolbox(monkeypatch):
    monkeypatch.setitem(sys.modules, "eagerpy", None)  # foolbox can't be imported without it
    assert len(find_images(parse({"source": "sample_photos"}))) == 20
    assert "foolbox" not in sys.modules


def test_sample_photos_without_foolbox(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="the package foolbox is not installed"):
        find_images(parse({"source": "sample_photos"}))


def test_folders_are_named_by_index_wnid_or_label(tmp_path):
    touch(tmp_path, "n02123045/b.jpg", "n02123045/a.JPEG", "0817/c.png", "sports_car/d.jpg", "Shih-Tzu/e.jpg")
    touch(tmp_path, "LICENCE.txt", ".hidden/f.jpg", "Shih-Tzu/.g.jpg", "Shih-Tzu/Thumbs.db")
    assert found("folder", tmp_path) == [
        ("Shih-Tzu/e.jpg", 155),
        ("n02123045/a.JPEG", 281),
        ("n02123045/b.jpg", 281),
        ("0817/c.png", 817),
        ("sports_car/d.jpg", 817),
    ]


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (["tabbi/a.jpg", "281/b.jpg"], ["class folders: 'tabbi'", "nearest label: 'tabby'"]),
        (["tabbi/a.jpg", "sport car/a.jpg"], ["'tabby'", "'sports car'"]),
        (["crane/a.jpg"], ["'crane' names two classes, 134", "517", "use the index or the wnid"]),
        (["a.jpg", "281/b.jpg"], ["images outside the class folders ('a.jpg')"]),
        (["281/more/a.jpg"], ["281: holds folders ('more')"]),
        (["README.md"], ["no images"]),
    ],
)
def test_wrong_folders_give_one_line(tmp_path, names, parts):
    touch(tmp_path, *names)
    with pytest.raises(UserError) as caught:
        found("folder", tmp_path)
    message = str(caught.value)
    assert str(tmp_path) in message
    assert all(part in message for part in parts)
    assert "\n" not in message


def test_linked_class_folders_are_followed(tmp_path):
    touch(tmp_path / "elsewhere", "a.jpg")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "tabby").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert found("folder", tmp_path / "images") == [("tabby/a.jpg", 281)]


def test_named_files_split_at_the_last_hyphen(tmp_path):
    touch(tmp_path, "tabby-1.jpg", "tabby-10.jpg", "black-and-tan coonhound-3.jpg", "n04285008-7.png")
    assert found("named_files", tmp_path) == [
        ("black-and-tan coonhound-3.jpg", 165),
        ("tabby-1.jpg", 281),
        ("tabby-10.jpg", 281),
        ("n04285008-7.png", 817),
    ]


def test_named_files_of_ambiguous_labels_need_to_be_told(tmp_path):
    touch(tmp_path, "crane-1.jpg", "Maillot-2.jpg", "tabby-3.jpg")
    with pytest.raises(UserError) as caught:
        found("named_files", tmp_path)
    assert "'crane' names two classes, 134 (n02012849) and 517 (n03126707)" in str(caught.value)
    assert "'Maillot' names two classes, 638 (n03710637) and 639 (n03710721)" in str(caught.value)
    assert "ambiguous" in str(caught.value)
    told = found("named_files", tmp_path, ambiguous={"crane": 517, "maillot": 638})
    assert told == [("tabby-3.jpg", 281), ("crane-1.jpg", 517), ("Maillot-2.jpg", 638)]


def test_misnamed_files_are_all_listed(tmp_path):
    touch(tmp_path, "tabby-1.jpg", "tabby.jpg", "tabby-x.jpg", "-1.jpg", "tabby-2")
    with pytest.raises(UserError) as caught:
        found("named_files", tmp_path)
    assert all(repr(name) in str(caught.value) for name in ("tabby.jpg", "tabby-x.jpg", "-1.jpg", "tabby-2"))
    assert "'tabby-1.jpg'" not in str(caught.value)


@given(st.sampled_from(class_list()), st.integers(0, 10**6), st.sampled_from([".jpg", ".JPEG", ".png"]))
def test_every_label_survives_its_file_name(entry, number, suffix):
    match = named_files.NAME.fullmatch(f"{entry.label}-{number}{suffix}")
    assert match is not None
    assert match["label"] == entry.label


@pytest.mark.parametrize("source", ["folder", "named_files", "table", "imagenet_val"])
def test_what_is_not_there_is_named(tmp_path, source):
    with pytest.raises(UserError, match=r"absent: no such (file|folder)"):
        found(source, tmp_path / "absent")


def test_classes_and_images_per_class_choose_before_any_file_is_opened(tmp_path):
    touch(tmp_path, "281/b.jpg", "281/a.jpg", "281/c.jpg", "817/a.jpg", "155/a.jpg")
    assert found("folder", tmp_path, classes=["tabby", "n04285008", 281]) == [
        ("281/a.jpg", 281),
        ("281/b.jpg", 281),
        ("281/c.jpg", 281),
        ("817/a.jpg", 817),
    ]
    limited = found("folder", tmp_path, images_per_class=2)
    assert limited == [("155/a.jpg", 155), ("281/a.jpg", 281), ("281/b.jpg", 281), ("817/a.jpg", 817)]


def test_class_without_images_that_was_asked_for(tmp_path):
    touch(tmp_path, "281/a.jpg")
    with pytest.raises(UserError, match="no image of the classes asked for: 'sports car', '3'"):
        found("folder", tmp_path, classes=["tabby", "sports car", 3])


def test_file_names_that_are_no_text_are_refused(tmp_path, monkeypatch):
    # As Python lists a name of the byte 0xff; not every file system lets one make such a file.
    image = Candidate("281/\udcff.jpg", "281/\udcff.jpg", 281)
    monkeypatch.setattr(folder, "find", lambda settings: [image])
    with pytest.raises(UserError, match=r"not valid UTF-8: '281/\\udcff\.jpg'"):
        found("folder", tmp_path)
