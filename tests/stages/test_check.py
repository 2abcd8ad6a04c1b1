"""The check command: finds what is damaged, and removes that on request alone."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from check_helpers import NO_MANIFEST, expect_whole_but_for_manifests, files_in, run_check
from made_up_run import write_run
from saliometer.audit.verification import damage_of, products_in
from saliometer.products.paths import place_of
from saliometer.stages import check


@pytest.fixture
def run_folder(tmp_path):
    return write_run(tmp_path)


def test_the_command_line(run_folder):
    command = [sys.executable, "-m", "saliometer.stages.check", str(run_folder)]
    (run_folder / "report" / "index.html").write_text("<html>")
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (finished.returncode, finished.stderr) == (1, "")
    assert "index.html (6 B): it is not the file that manifest.json names" in finished.stdout


def test_a_sound_run_has_nothing_to_list(run_folder):
    options = ("--orphans", "--remove", "--configfile", str(run_folder.parents[1] / "config.yaml"))
    before = files_in(run_folder)
    code, lines = run_check(run_folder, *options)
    assert (code, len(lines)) == (0, 1), lines
    assert lines[0].startswith(
        f"{len(before) - 1} files checked: 0 damaged, 0 foreign, 0 orphans"
    )  # all but the log
    assert files_in(run_folder) == before


def test_what_is_damaged_is_listed_and_goes_on_request_alone(run_folder):
    before = files_in(run_folder)
    spoilt = {path for path in before if place_of(path) or path.suffix in (".csv", ".svg")}
    spoilt = set(sorted(spoilt)[::3]) | set(run_folder.rglob("*.png"))
    for path in spoilt:
        path.write_bytes(path.read_bytes()[:-30])
    code, lines = run_check(run_folder)
    assert code == 1
    assert files_in(run_folder) == before
    assert len(lines) == len(spoilt) + 1
    for path in spoilt:
        size = path.stat().st_size
        start = f"damaged: {path} ({check._size(size)}): "
        assert any(line.startswith(start) and len(line) > len(start) for line in lines), path
    assert f"{len(spoilt)} damaged" in lines[-1]
    code, _ = run_check(run_folder, "--remove")
    assert code == 0
    assert files_in(run_folder) == before - spoilt
    expect_whole_but_for_manifests(run_folder)


def test_what_people_read_is_held_to_its_digest(run_folder):
    kinds = ("*.png", "*.svg", "*.html", "scores.csv")
    changed = [next(run_folder.rglob(kind)) for kind in kinds]
    for path in changed:
        content = path.read_bytes()
        place = content.rindex(b"a")
        path.write_bytes(content[:place] + b"b" + content[place + 1 :])
    code, lines = run_check(run_folder)
    assert (code, len(lines)) == (1, len(changed) + 1)
    assert {line.split(" (")[0] for line in lines[:-1]} == {f"damaged: {path}" for path in changed}


@pytest.mark.parametrize("manifest", ["report/manifest.json", "figures/scores/manifest.json"])
def test_what_no_manifest_holds_any_more_is_damaged(run_folder, manifest):
    """Without its digest nobody can tell whether a figure or page is as it was made."""
    folder = (run_folder / manifest).parent
    (run_folder / manifest).unlink()
    expected = {path for path in files_in(folder) if path.suffix in (".png", ".svg", ".html")}
    code, lines = run_check(run_folder)
    assert code == 1
    assert {Path(line.removeprefix("damaged: ").split(" (")[0]) for line in lines[:-1]} == expected
    assert all(line.endswith(NO_MANIFEST) for line in lines[:-1])
    assert run_check(run_folder, "--remove")[0] == 0
    assert not expected & files_in(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        (b"\xff", "line 1: holds a byte 0xff"),
        (b"a: [", "line 1: not a readable config"),
    ],
)
def test_a_config_that_cant_be_read_is_one_line(run_folder, content, said):
    config = run_folder.parents[1] / "broken.yaml"
    if content is not None:
        config.write_bytes(content)
    code, lines = run_check(run_folder, "--orphans", "--configfile", str(config))
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"error: {config}: {said}")


def test_no_such_results_is_one_line(tmp_path):
    code, lines = run_check(tmp_path / "none")
    assert (code, len(lines)) == (1, 1)


def test_no_random_damage_goes_unseen_and_counts_as_other_content(run_folder):
    """Random damages of random products: each is found, or reads back as what was written."""
    chance = random.Random(1)
    products = [path for path in products_in(run_folder) if place_of(path)]
    whole = {path: path.read_bytes() for path in products}
    for number in range(300):
        path = chance.choice(products)
        content, place = whole[path], chance.randrange(len(whole[path]))
        damages = [
            content[:place],
            content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :],
            whole[chance.choice([other for other in products if other != path])],
        ]
        path.write_bytes(damages[number % 3])
        reason = damage_of(path)
        assert reason or number % 3 == 1, path
        path.write_bytes(content)
