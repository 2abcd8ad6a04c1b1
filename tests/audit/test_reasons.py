"""Why jobs run, in lines that people read: each job is in one group, and each group says what changed."""

import json
import re

from saliometer.audit.reasons import HEAD, SHOWN_CHANGES, reason_of, reasons_of_plan
from saliometer.running.snakemake import PlannedJob
from saliometer.running.terminal import WIDTH


def text_of(settings, code=None):
    return repr(json.dumps({"settings": settings, "code": code or {}}, sort_keys=True, separators=(",", ":")))


def job_of(rule="score_maps", number=0, method="lime", **values):
    path = f"results/demo/{rule}/{method}/{number}.parquet"
    return PlannedJob(rule, {"method": method, "shard": str(number)}, (path,), **values)


def plan(jobs, others=(), why_forced=None):
    """Return the paragraphs of a plan, of jobs that run and others that need not."""
    wildcards = {}
    for job in [*jobs, *others]:
        wildcards.setdefault(job.rule, []).append(job.wildcards)
    head, *lines = reasons_of_plan(jobs, wildcards, why_forced or {}).split("\n")
    assert head == HEAD
    assert max(map(len, lines)) <= WIDTH
    return lines


def test_each_reason_has_its_words():
    params = (frozenset([text_of({"samples": 5})]), frozenset([text_of({"samples": 9})]))
    job = job_of(
        missing=("a.csv", "b.csv"),
        incomplete=("c.csv",),
        newer=("d.csv",),
        makers=("draw_mosaics", "score_maps"),
        params=params,
        has_other_inputs=True,
        added=("e.csv", "f.csv"),
        dropped=("g.csv",),
        has_other_command=True,
        has_other_environment=True,
    )
    assert reason_of(job, {}) == (
        "missing output a.csv and 1 more; incomplete output c.csv; changed input d.csv; new input from "
        "draw_mosaics, score_maps; settings.samples was 5 and is now 9; added input e.csv and 1 more; "
        "dropped input g.csv; the command of the rule changed; the software environment of the rule changed"
    )


def test_whatever_runs_has_a_reason():
    assert reason_of(job_of(), {}) == "it is asked for"
    assert reason_of(job_of(has_other_inputs=True), {}) == "other order of its input"


def test_what_is_forced_says_why():
    forced = job_of(is_forced=True)
    assert reason_of(forced, {}) == "it is forced"
    assert reason_of(forced, {forced.products[0]: "damaged"}) == "damaged"
    assert reason_of(job_of(missing=("a",)), {forced.products[0]: "damaged"}) == "missing output a"


def test_changed_code_is_named_by_module():
    before, now = ({"saliometer.methods.lime": digest, "saliometer.seeds": "s"} for digest in "ab")
    params = (frozenset([text_of({}, before), "'another'"]), frozenset([text_of({}, now)]))
    assert reason_of(job_of(params=params), {}) == "code of saliometer.methods.lime"
    assert reason_of(job_of(params=(frozenset(["'x'"]), frozenset(["3"]))), {}) == "its params changed"
    many = [text_of({f"key_{number}": value for number in range(9)}) for value in (1, 2)]
    reason = reason_of(job_of(params=(frozenset(many[:1]), frozenset(many[1:]))), {})
    assert reason.count(" was 1 and is now 2") == SHOWN_CHANGES
    assert reason.endswith(f"; {9 - SHOWN_CHANGES} more such changes")


def test_alike_jobs_are_one_paragraph():
    jobs = [job_of(number=number, missing=(f"{number}.csv",)) for number in range(96)]
    assert plan(jobs) == ["score_maps: all 96 jobs", "    missing output 0.csv and 95 more"]
    assert plan([job_of(missing=("x",))]) == ["score_maps: 1 job", "    missing output x"]


def test_some_jobs_of_a_rule_are_named_by_what_they_alone_have():
    lime = [job_of(number=number, newer=("index",)) for number in (10, 9)]
    others = [job_of(method="cam", number=number) for number in (9, 10)]
    assert plan(lime, others) == ["score_maps: 2 of 4 jobs (method lime)", "    changed input index"]
    assert plan(lime[:1], lime[1:] + others)[0] == "score_maps: 1 of 4 jobs (method lime; shard 10)"
    diagonal = [lime[0], others[0]._replace(newer=("index",))]
    assert plan(diagonal, [lime[1], others[1]])[0] == "score_maps: 2 of 4 jobs (among all)"


def test_rules_come_in_order_and_no_job_is_lost():
    jobs = [
        job_of(rule, number, missing=("x",) * (number % 2), newer=("y",))
        for rule in "ba"
        for number in range(9)
    ]
    lines = plan(jobs)
    assert [line[0] for line in lines if line[0] != " "] == ["b", "b", "a", "a"]
    assert (
        sum(int(count) for count in re.findall(r"^\w: (\d+) of 9 jobs", "\n".join(lines), re.MULTILINE)) == 18
    )


def test_no_line_is_long_whatever_there_is_to_say():
    values = [f"a_method_with_a_rather_long_name_{number}" for number in range(40)]
    jobs = [job_of(method=value, makers=tuple(f"rule_{number}" for number in range(50))) for value in values]
    assert len(plan(jobs, [job_of(method="another")])) < 12
