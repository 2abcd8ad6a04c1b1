"""A run whose labels are of another numbering says so on the terminal and the page, and concludes nothing."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from saliometer.report.recognition import NOTHING
from workflow_runs import snakemake

pytestmark = pytest.mark.slow

CLASSES, EACH = 5, 3
WARNING = f"efficientnet_lite0 recognises 0 of {CLASSES * EACH} photographs shown alone"
CONFIG = {
    "run": "renumbered",
    "datasets": {"d": {"source": "folder", "path": "photos"}},
    "mosaics": {"rounds": 1, "tile_size": 64, "target_tiles": 1},
    "models": {"efficientnet_lite0": None},
    "methods": {"gradcam": None, "random": None},
}


def test_labels_of_another_numbering_are_told_at_once_and_nothing_is_concluded(tmp_path):
    photos = sorted((Path(find_spec("foolbox").origin).parent / "data").glob("imagenet_*.jpg"))
    for number, photo in enumerate(photos[: CLASSES * EACH]):
        folder = tmp_path / "photos" / str(number // EACH)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(photo, folder)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    finished = snakemake(tmp_path, "--configfile", "config.yaml")
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0, said
    assert said.count(f"warning: d, original: {WARNING}") == 1
    n_maps = 2 * CLASSES  # a mosaic per class, and two methods
    assert f"study: {n_maps} of {n_maps} maps, " in said
    page = (tmp_path / "results" / "renumbered" / "report" / "index.html").read_text()
    assert page.index(WARNING) < page.index("<h2")
    assert NOTHING in page
    assert "positive relevance on the target tile than chance" not in page
