"""The benchmarks of methods and scoring run and count passes; the document says what was measured."""

import numpy as np
import pytest
import torch
from benchmarks import performance_document, scoring
from benchmarks.floor import Floor
from benchmarks.method_cases import FEW, measured_methods, needed_passes
from benchmarks.method_figure import draw
from benchmarks.method_table import HEAD, misses, ratio, row
from benchmarks.method_times import Effort, measure
from benchmarks.passes import Passes, observed, timed
from benchmarks.peers import PEERS
from benchmarks.sample_mosaics import sample_mosaics, superpixels

from methods_helpers import convolutional_model
from saliometer import methods

SIZE = 32


@pytest.fixture(scope="module")
def model():
    return convolutional_model(channels=4)


@pytest.fixture(scope="module")
def mosaics():
    pixels, _ = sample_mosaics(8, SIZE)
    stripes = np.broadcast_to(np.arange(SIZE, dtype=np.int32) // 4, pixels.shape[:3]).copy()
    return {"mosaics": pixels, "targets": np.arange(8) % 5, "segments": stripes}


@pytest.mark.parametrize("method", [name for name in measured_methods() if name not in ("bcos", "lrp")])
def test_methods_pass_what_they_are_said_to_need(method, model, mosaics):
    loaded = methods.load(method, model, **FEW.get(method, {}))
    segments = mosaics["segments"][:2] if loaded.needs_segments else None
    with observed(model) as inside:
        loaded.explain(mosaics["mosaics"][:2], mosaics["targets"][:2], ["a", "b"], segments)
    assert Passes(inside.forward, inside.both) == needed_passes(method, 2)
    assert inside.seconds > 0


@pytest.mark.slow
@pytest.mark.parametrize("method", ["gradcam", "intgrad", "lime"])
def test_measurements_become_rows_and_a_figure(method, model, mosaics, tmp_path):
    floor = Floor(model, model.preprocess(mosaics["mosaics"]), sweeps=1)
    entry = measure(methods.load(method, model, **FEW.get(method, {})), floor, mosaics, Effort(2, 0))
    assert (len(entry["floor"]), len(entry["ours"])) == (3, 2)
    assert all(len(times) == 2 for times in entry["peers"].values())
    assert set(entry["peers"]) == set(PEERS[method])
    assert len(row(entry)) == len(HEAD)
    draw([entry], tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 1000


def test_ratios_are_of_neighbours_in_time_and_misses_say_how_much():
    entry = {
        "model": "net",
        "device": "cpu",
        "method": "lime",
        "floor": [[9, 1.0], [9, 2.0], [9, 4.0]],
        "ours": [[9, 3.0], [9, 6.0]],
        "peers": {"lime": [[9, 2.5]]},
        "outside_share": 0.06,
    }
    assert ratio(entry) == 2
    assert misses([entry]) == [
        "`lime` on net: 2.00 times its floor (goal 1.10)",
        "`lime` on net: 1.20 times the time of lime",
        "`lime` on net: 6.0 % of its time outside the model (goal 5 %)",
    ]


def test_the_floor_counts_the_needed_share_of_whole_micro_batches(model, mosaics):
    floor = Floor(model, model.preprocess(mosaics["mosaics"]), sweeps=1)
    assert floor.seconds(Passes(0, 0)) == (0, 0)
    assert floor.seconds(Passes(5, 0)).wall > 0


def test_time_is_what_the_work_takes():
    seconds = timed(torch.device("cpu"), lambda: sum(range(10**6)))
    assert 0 < seconds.cpu <= seconds.wall * 1.5


def test_sample_mosaics_are_photographs_in_superpixels():
    mosaics, targets = sample_mosaics(2, 64)
    assert (mosaics.shape, mosaics.dtype, targets.shape) == ((2, 64, 64, 3), np.uint8, (2,))
    labels = superpixels(mosaics[:1])
    assert labels.shape == (1, 64, 64)
    assert labels.max() >= 1


def test_scoring_is_measured_for_every_family():
    entries = [scoring.measure(4, 32, side, 1) for side in (32, 8)]
    found = scoring.rows(entries)
    assert {line[0] for line in found} >= {"classification", "localization"}
    assert all(len(line) == len(scoring.HEAD) for line in found)


def test_the_document_follows_from_what_was_measured():
    present = performance_document.DOCUMENT.read_text()
    assert performance_document.document(present) == present, "run python -m benchmarks.performance_document"
    assert present.count("\n| ") > 40
