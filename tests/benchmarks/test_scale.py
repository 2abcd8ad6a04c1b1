"""The studies of docs/scale.md plan the jobs that they must, and the document says what was measured."""

import pytest
from benchmarks import scale_document
from benchmarks.dag_scale import dry_run
from benchmarks.studies import expected_jobs, imagenet_study, make_images, studies


@pytest.mark.slow
def test_a_small_study_plans_the_expected_jobs(tmp_path):
    make_images(tmp_path / "images", classes=5, per_class=3)
    config = imagenet_study(tmp_path / "images", rounds=2, n_methods=10, n_models=2)
    (tmp_path / "empty").mkdir()
    run = dry_run(config, tmp_path / "empty")
    assert run.jobs["compute_maps"] == run.jobs["score_maps"] == 2 * 10 * 2
    assert run.jobs["predict_classes"] == 2 * 2
    assert sum(run.jobs.values()) == 2 + 1 + 2 + 4 + 40 + 40 + 8
    assert 10e6 < run.peak_bytes < 10e9


def test_the_studies_have_the_sizes_of_the_goals(tmp_path):
    _, study, large = (study.config for study in studies(tmp_path))
    assert expected_jobs(study)["compute_maps"] == 10 * 8 * 2
    assert expected_jobs(large)["compute_maps"] == 50 * 20 * 4


@pytest.mark.slow
def test_a_failed_dry_run_is_an_error(tmp_path):
    make_images(tmp_path / "images", classes=5, per_class=1)  # too few for two target tiles
    config = imagenet_study(tmp_path / "images", rounds=1, n_methods=1, n_models=1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuntimeError, match="has 1 image"):
        dry_run(config, tmp_path / "empty")


def test_the_document_follows_from_what_was_measured():
    present = scale_document.DOCUMENT.read_text()
    assert scale_document.document(present) == present, "run python -m benchmarks.scale_document"
    assert present.count("\n| ") > 30


def test_a_lost_marker_is_refused():
    with pytest.raises(SystemExit, match="markers"):
        scale_document.document("<!-- generated: planning -->\n<!-- end -->")


def test_bytes_are_summed_over_methods_per_question():
    files = [
        {"stage": "maps", "bytes": 100, "questions": 10},
        {"stage": "maps", "bytes": 40, "questions": 20},
        {"stage": "scores", "bytes": 7, "questions": 1},
    ]
    assert scale_document.bytes_per_mosaic(files, ("maps",)) == 12
