"""What the terminal shows: short lines, failed jobs in few of them, no list of many paths, no message cut."""

import json
import logging
from types import SimpleNamespace

import pytest

from saliometer.running.terminal import WIDTH, InLines, OfTheWhole, from_here, without_walls, wrapped

WALL = "    input: " + ", ".join(f"results/demo/figures/{number}.png" for number in range(200))


def record(event, level=logging.INFO, **values):
    made = logging.LogRecord("snakemake", level, "", 0, values.pop("text", ""), (), None)
    made.event = SimpleNamespace(name=event) if event else None
    made.__dict__.update(values)
    return made


class Plain(logging.Formatter):
    """The formatter in whose place another stands."""

    def format(self, record):
        if record.event and record.event.name == "JOB_INFO":
            return f"Job {record.jobid}: {record.rule_msg}\nReason: {record.reason}"
        return str(record.msg)


@pytest.fixture
def terminal():
    return InLines(Plain(), lambda number: f"reason {number}", began=0)


@pytest.mark.parametrize("text", ["", "short", "two\nlines", "x" * 400, f"  {'y' * 300} z"])
def test_wrapping_cuts_no_word(text):
    assert wrapped(text).split() == text.split()


def test_long_lines_are_wrapped_at_spaces_and_further_in():
    line = f"  error: {'word ' * 100}".rstrip()
    lines = wrapped(f"first\n{line}\nlast").split("\n")
    assert (lines[0], lines[-1]) == ("first", "last")
    assert max(map(len, lines)) <= WIDTH
    assert all(line.startswith("      word") for line in lines[2:-1])
    assert " ".join(lines[1:-1]).split() == line.split()


def test_of_many_paths_the_first_are_said():
    assert without_walls(WALL) == WALL  # it begins with a word
    paths = WALL.partition(": ")[2]
    short = without_walls(f"Removing:\n{paths}")
    assert short == f"Removing:\n{', '.join(paths.split(', ')[:3])} and 197 more"
    assert without_walls("a, b, c, d, e") == "a, b, c, d, e"
    assert (
        without_walls(f"one thing, another, and {'more ' * 50}, too")
        == f"one thing, another, and {'more ' * 50}, too"
    )


def test_paths_are_from_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert from_here(f"log: {tmp_path}/a.log, '{tmp_path}/b'") == "log: a.log, 'b'"
    assert from_here(f"in {tmp_path}, /x{tmp_path}/a") == f"in {tmp_path}, /x{tmp_path}/a"
    monkeypatch.chdir("/")
    assert from_here("https://a /b/c") == "https://a /b/c"


def test_a_job_says_its_message_and_reason_in_lines(terminal):
    job = record("JOB_INFO", jobid=7, rule_msg="maps: shard 0", rule_name="compute_maps", reason="x" * 9000)
    assert terminal.format(job) == "Job 7: maps: shard 0\nReason: reason 7"
    target = record("JOB_INFO", jobid=0, rule_msg=None, rule_name="default", reason="")
    assert terminal.format(target) == "Job 0: target default\nReason: reason 0"
    assert len(job.reason) == 9000, "the log keeps all"


def test_a_failure_that_comes_again_is_one_line(terminal, tmp_path):
    log = tmp_path / "job.log"
    log.write_text(f"error: {'why ' * 100}\n")
    failed = {
        "rule_name": "compute_maps",
        "rule_msg": None,
        "output": ["0.zip"],
        "log": [str(log)],
        "aux": {"job": 3},
    }
    _, *lines = terminal.format(record("JOB_ERROR", logging.ERROR, **failed)).split("\n")
    assert lines[0] == "Error in rule compute_maps: 0.zip"
    assert lines[2] == "    job: 3"
    assert " ".join(lines[3:]).split() == ["error:", *["why"] * 100]
    assert max(map(len, lines)) <= WIDTH
    again = terminal.format(record("JOB_ERROR", logging.ERROR, **failed)).split("\n")
    assert again[1:] == ["Error in rule compute_maps: 0.zip: failed again, as before"]


def test_an_error_is_wrapped_and_never_cut(terminal):
    paths = ", ".join(f"results/{number}.png" for number in range(100))
    text = terminal.format(record("", logging.ERROR, text=f"Missing files:\n{paths}"))
    assert text.split() == f"Missing files:\n{paths}".split()
    assert max(map(len, text.split("\n"))) <= WIDTH


def test_a_command_is_shown_whole_but_for_the_text_of_its_job(terminal):
    assert terminal.format(record("SHELLCMD", text="x " * 300)) == "x " * 300
    code = {str(number): "digest" for number in range(99)}
    job = json.dumps({"code": code, "settings": {}}, separators=(",", ":"))
    command = f"python -m saliometer.stages.maps --job '{job}' --output a.zip"
    assert terminal.format(record("SHELLCMD", text=command)) == command.replace(job, "{...}")


def test_a_dry_run_shows_one_table_and_no_job():
    shown = OfTheWhole()
    events = ["WORKFLOW_STARTED", "RUN_INFO", "JOB_INFO", "JOB_INFO", "", "RUN_INFO", ""]
    assert [shown(record(event)) for event in events] == [True, True, False, False, True, False, True]
