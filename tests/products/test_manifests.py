"""Manifests: what they say of the files of one command, and what is believed of them."""

import json
import os

import pytest

from saliometer.errors import UserError
from saliometer.products import manifests
from saliometer.products.origins import origin_of
from saliometer.products.seals import DamagedError, json_digest

NAMES = ("a.png", "in/b.svg", "in/c.svg")
ORIGIN = {"job": {"settings": {"seed": 1}}, "made_from": {"tables": {"jobs": "x", "files": "y"}}}


@pytest.fixture
def manifest(tmp_path):
    """The path of the manifest of three files."""
    (tmp_path / "in").mkdir()
    for name in NAMES:
        (tmp_path / name).write_text(name)
    path = tmp_path / "manifest.json"
    manifests.write(path, manifests.file_digests(tmp_path, NAMES), ORIGIN)
    return path


def test_a_manifest_reads_back_as_written(manifest):
    found = manifests.read(manifest)
    assert found.attributes == ORIGIN
    assert origin_of(found.attributes).job_digest == json_digest(ORIGIN["job"])
    # printf a.png | sha256sum
    assert found.files["a.png"] == "7f071235805fbf58a2524f77bff76e1391d0d1cfe2f4c190d73054495e05b460"
    assert manifests.standing(manifest.parent, found.files) == (sorted(NAMES), [], [])
    assert {path.name for path in manifest.parent.iterdir()} == {"a.png", "in", "manifest.json"}


def test_what_became_of_the_files(manifest):
    folder, files = manifest.parent, manifests.read(manifest).files
    (folder / "foreign.png").write_text("not named, so not told")
    (folder / "a.png").write_text("A.png")
    (folder / "in/b.svg").unlink()
    assert manifests.standing(folder, files) == (["in/c.svg"], ["a.png"], ["in/b.svg"])
    (folder / "in/c.svg").rename(folder / "elsewhere")
    (folder / "in/c.svg").symlink_to(folder / "elsewhere")  # the same content, and yet a person's link
    (folder / "a.png").unlink()
    (folder / "a.png").mkdir()
    (folder / "in/b.svg").symlink_to("nowhere")
    assert manifests.standing(folder, files) == ([], sorted(NAMES), [])


def test_swapped_files_are_altered(manifest):
    folder = manifest.parent
    os.replace(folder / "a.png", folder / "x")
    os.replace(folder / "in/b.svg", folder / "a.png")
    os.replace(folder / "x", folder / "in/b.svg")
    assert manifests.standing(folder, manifests.read(manifest).files).altered == ["a.png", "in/b.svg"]


def test_one_altered_letter_is_damage(manifest):
    text = manifest.read_text()
    for place in range(0, len(text) - 1, 7):
        other = "0" if text[place] != "0" else "1"
        manifest.write_text(text[:place] + other + text[place + 1 :])
        if text[place] in " \n":  # between the words of JSON it may still read as before
            continue
        with pytest.raises(DamagedError):
            manifests.read(manifest)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"attributes": {}, "seal": {"digest": "x"}}',
    ],
)
def test_what_is_no_manifest_is_damage(manifest, content):
    manifest.write_bytes(content)
    with pytest.raises(DamagedError, match=r"manifest\.json: damaged or foreign"):
        manifests.read(manifest)


@pytest.mark.parametrize("name", ["../mine.txt", "/etc/passwd", "in/../../mine.txt"])
def test_files_outside_of_the_folder_are_never_named(manifest, name):
    manifests.write(manifest, {name: "0" * 64})
    with pytest.raises(DamagedError, match="outside of its folder"):
        manifests.read(manifest)


def test_an_absent_one_is_no_damage(tmp_path):
    with pytest.raises(UserError, match="no such manifest") as raised:
        manifests.read(tmp_path / "manifest.json")
    assert not isinstance(raised.value, DamagedError)


def test_a_full_disk_leaves_the_old_one(manifest):
    before = manifest.read_text()
    with pytest.raises(TypeError):
        manifests.write(manifest, {}, {"no json": object()})
    assert manifest.read_text() == before
    assert json.loads(before)["seal"]["place"] is None  # outside of a run's folder
