"""The terminal is readable: short lines, no wall of paths, why jobs run, where to look in the end."""

import re

import pytest
import yaml

from saliometer.config.files import read_config
from workflow_runs import ROOT, planned_jobs, snakemake

DEMO = str(ROOT / "config" / "config.yaml")
TINY = ROOT / "tests" / "helpers" / "tiny.yaml"
WIDTH = 160
TWO_SCREENS = 100


def lines_of(finished):
    """Return the lines of a run, none of which is long."""
    lines = (finished.stdout + finished.stderr).splitlines()
    assert [line for line in lines if len(line) > WIDTH] == []
    return lines


def reasons_of(finished):
    """Return the paragraphs of a dry run: of each rule, how many of how many jobs, and why, by its name."""
    lines = lines_of(finished)
    first = next(number for number, line in enumerate(lines) if line.startswith("Why they run")) + 1
    text = "\n".join(lines[first:]).partition("\nThis was a dry-run")[0]
    paragraphs = re.findall(
        r"^(\w+): (?:all )?(\d+)(?: of \d+)? jobs?(.*)\n((?:    .+\n?)+)", text, re.MULTILINE
    )
    assert sum(len(paragraph[3].splitlines()) + 1 for paragraph in paragraphs) == len(text.splitlines())
    reasons = {}
    for rule, count, which, why in paragraphs:
        reasons.setdefault(rule, []).append((int(count), which.strip(), " ".join(why.split())))
    return reasons


def check_all_are_said(finished, reasons):
    counts = {rule: sum(count for count, *_ in paragraphs) for rule, paragraphs in reasons.items()}
    assert counts == planned_jobs(finished)
    assert all(why for paragraphs in reasons.values() for *_, why in paragraphs)


def test_the_dry_run_of_the_demo_fits_on_two_screens(tmp_path):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--dry-run")
    assert len(lines_of(finished)) <= TWO_SCREENS
    reasons = reasons_of(finished)
    check_all_are_said(finished, reasons)
    ((_, _, why),) = reasons["score_maps"]
    assert why.startswith("missing output results/demo/scores/photos/")
    assert why.endswith(" and 29 more; new input from compute_maps, draw_mosaics")


@pytest.mark.slow
def test_each_job_is_listed_on_request(tmp_path):
    finished = snakemake(tmp_path, "--configfile", DEMO, "--dry-run", "-p")
    shown = [line for line in (finished.stdout + finished.stderr).splitlines() if "stages." not in line]
    assert max(map(len, shown)) <= WIDTH
    assert sum(line.startswith("Job ") and "Job stats" not in line for line in shown) == 76
    assert "Job 0: target default" in shown
    for quiet in ("rules", "all"):
        finished = snakemake(tmp_path, "--configfile", DEMO, "--dry-run", "--quiet", quiet)
        assert len(lines_of(finished)) <= TWO_SCREENS
    everything = snakemake(tmp_path, "--configfile", DEMO, "--dry-run", "--verbose")
    assert "Missing output files: results/demo/" in everything.stdout + everything.stderr


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the folder of a tiny study and what its run printed."""
    folder = tmp_path_factory.mktemp("study")
    finished = snakemake(folder, "--configfile", str(TINY))
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder, finished


@pytest.mark.slow
def test_a_run_ends_with_where_to_look(run):
    folder, finished = run
    lines_of(finished)
    done = finished.stdout.splitlines()
    assert done[done.index("Done. Where to look:") :] == [
        "Done. Where to look:",
        "    the page       results/tiny/report/index.html (open it in a browser)",
        "    the tables     results/tiny/tables/ (CSV to read, Parquet to compute with)",
        "    the figures    results/tiny/figures/",
        "    the logs       results/tiny/logs/",
        "    is all whole?  python -m saliometer.stages.check results/tiny",
    ]
    for place in ("report/index.html", "tables", "figures", "logs"):
        assert (folder / "results" / "tiny" / place).exists()


@pytest.mark.slow
def test_a_run_says_of_each_job_why_it_runs_in_short_lines(run):
    _, finished = run
    jobs = planned_jobs(finished)
    lines = lines_of(finished)
    for begin in ("Job ", "Reason: "):
        assert sum(line.startswith(begin) and "Job stats" not in line for line in lines) == sum(jobs.values())


@pytest.mark.slow
def test_a_partly_stale_run_says_what_changed(run, tmp_path):
    folder, _ = run
    settings = read_config(TINY)
    settings["methods"]["smoothgrad"]["samples"] = 3
    (tmp_path / "stale.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    index = folder / "results/tiny/tables/cost.csv"
    content = index.read_bytes()
    index.unlink()
    finished = snakemake(folder, "--configfile", str(tmp_path / "stale.yaml"), "--dry-run")
    reasons = reasons_of(finished)
    check_all_are_said(finished, reasons)
    changed = "settings.method.samples was 2 and is now 3"
    assert reasons["compute_maps"] == [(1, "(method smoothgrad; replicate 0)", changed)]
    assert reasons["score_maps"] == [(1, "(method smoothgrad; replicate 0)", "new input from compute_maps")]
    ((_, _, why),) = reasons["summarise_cost"]
    assert why == (
        "missing output results/tiny/tables/cost.csv; new input from score_maps; "
        "settings.methods.smoothgrad.settings.samples was 2 and is now 3"
    )
    assert "draw_mosaics" not in reasons
    index.write_bytes(content)


@pytest.mark.slow
def test_a_failed_run_keeps_its_message_and_ends_with_where_to_look(tmp_path):
    settings = read_config(TINY) | {"methods": {"mine": {"file": "mine.py"}}}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    text = (ROOT / "tests" / "helpers" / "superpixels_method.py").read_text()
    message = "this " + "is a long message " * 20
    (tmp_path / "mine.py").write_text(text.replace("import torch\n", f"raise RuntimeError({message!r})\n"))
    finished = snakemake(tmp_path, "--configfile", "mine.yaml")
    assert finished.returncode == 1
    assert message.strip() in " ".join(" ".join(lines_of(finished)).split())
    assert "Not done. Where to look:" in finished.stdout.splitlines()
    assert "    the logs     results/tiny/logs/" in finished.stdout.splitlines()
