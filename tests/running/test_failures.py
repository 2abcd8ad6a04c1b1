"""What the terminal says of a failed job: the line of its log that tells why, once, and no pages."""

import pytest

from saliometer.running.failures import SILENT, again_text, error_line, failure_text


@pytest.fixture
def log(tmp_path):
    def written(text, name="job.log"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return written


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("maps: 3 of 9\nerror: mine.py: no such layer\n", "error: mine.py: no such layer"),
        ("error: first\nerror: last\nand so on\n", "error: last"),
        ('Traceback ...\n  File "x.py"\nValueError: bad\n\n', "ValueError: bad"),
        (b"error: \xff\x1b[31m\x07 bad\n", "error: \ufffd [31m  bad"),
        ("", SILENT),
        ("maps: 3 of 9\n", SILENT),
        ("maps: 3 of 9\nstopped by SIGTERM\n", "stopped by SIGTERM"),
        ("error: " + "x" * 5000, "error: " + "x" * 993),
        ("n\n" * 100_000 + "error: at the end", "error: at the end"),
    ],
    ids=[
        "marked",
        "last one",
        "traceback",
        "control signs",
        "empty",
        "silent",
        "stopped",
        "long",
        "large log",
    ],
)
def test_the_line_that_tells_why(log, text, line):
    assert error_line([log(text)], since=0) == line


def test_the_scheduler_s_log_tells_where_the_job_s_own_does_not(log):
    own, other = log("maps: 3 of 9\n"), log("error: config.yaml: gone\n", "slurm.log")
    assert error_line([own, other], since=0) == "error: config.yaml: gone"
    assert error_line([own], since=0) == SILENT


def test_logs_of_another_run_and_missing_ones_tell_nothing(log, tmp_path):
    assert error_line([log("error: old")], since=1e12) == SILENT
    assert error_line([str(tmp_path / "none.log")], since=0) == SILENT
    assert error_line([], since=0) == ""


def test_a_failure_names_rule_product_and_log():
    text = failure_text("compute_maps", ["0.zarr.zip", "0.parquet"], ["0.log"], "error: bad", ["job: 7"])
    assert text.splitlines() == [
        "Error in rule compute_maps: 0.zarr.zip and 1 more",
        "    log: 0.log",
        "    job: 7",
        "    error: bad",
    ]
    assert failure_text("images", ["a.parquet"], [], "") == "Error in rule images: a.parquet"
    assert again_text("images", ["a.parquet"]) == "Error in rule images: a.parquet: failed again, as before"
