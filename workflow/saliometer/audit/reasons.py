"""Why the jobs of a plan run, for people: of one job in a line, of a whole plan by groups of alike jobs."""

import ast
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from saliometer.audit.differences import all_differences
from saliometer.running.snakemake import PlannedJob
from saliometer.running.terminal import wrapped

SHOWN_CHANGES = 3
SHOWN_VALUES = 12
HEAD = "Why they run (-p lists each job by itself):"


class Cause(NamedTuple):
    """What jobs with alike reasons share.

    ``forced``, why they are forced; ``parts``, which lists of files hold any; ``makers``, rules of what makes
    their input; ``changes``, what changed in their params; ``others``, all else. In words, but for ``parts``.
    """

    forced: str
    parts: tuple[bool, ...]
    makers: tuple[str, ...]
    changes: tuple[str, ...]
    others: tuple[str, ...]


def reason_of(job: PlannedJob, why_forced: Mapping[str, str]) -> str:
    """Return in one line why a job runs.

    Parameters: ``why_forced``, why products must be made again that Snakemake would believe, by path.
    """
    return _words([job], _cause(job, why_forced))


def reasons_of_plan(
    jobs: Iterable[PlannedJob],
    wildcards: Mapping[str, Sequence[Mapping[str, str]]],
    why_forced: Mapping[str, str],
) -> str:
    """Return for each rule how many jobs run, and why, with one paragraph for all whose reason is alike.

    Parameters: ``wildcards`` of the jobs of each rule, with those that need not run, in the order to print.
    """
    groups: dict[str, dict[Cause, list[PlannedJob]]] = {rule: defaultdict(list) for rule in wildcards}
    for job in jobs:
        groups[job.rule][_cause(job, why_forced)].append(job)
    lines = [HEAD]
    for rule, group in groups.items():
        for cause, alike in group.items():
            lines += [f"{rule}: {_extent(alike, wildcards[rule])}", f"    {_words(alike, cause)}"]
    return wrapped("\n".join(lines))


def _cause(job: PlannedJob, why_forced: Mapping[str, str]) -> Cause:
    forced = next((why_forced[path] for path in job.products if path in why_forced), "it is forced")
    parts = (job.missing, job.incomplete, job.newer, job.added, job.dropped)
    others = {
        "other order of its input": job.has_other_inputs and not (job.added or job.dropped),
        "the command of the rule changed": job.has_other_command,
        "the software environment of the rule changed": job.has_other_environment,
    }
    return Cause(
        forced if job.is_forced else "",
        tuple(map(bool, parts)),
        job.makers,
        tuple(_changes(*job.params)),
        tuple(words for words, is_so in others.items() if is_so),
    )


def _words(alike: Sequence[PlannedJob], cause: Cause) -> str:
    n_more = len(cause.changes) - SHOWN_CHANGES
    phrases = [
        cause.forced,
        _files("missing output", (job.missing for job in alike)),
        _files("incomplete output", (job.incomplete for job in alike)),
        _files("changed input", (job.newer for job in alike)),
        f"new input from {', '.join(cause.makers)}" if cause.makers else "",
        *cause.changes[:SHOWN_CHANGES],
        f"{n_more} more such changes" if n_more > 1 else "1 more such change" if n_more == 1 else "",
        _files("added input", (job.added for job in alike)),
        _files("dropped input", (job.dropped for job in alike)),
        *cause.others,
    ]
    return "; ".join(filter(None, phrases)) or "it is asked for"


def _files(what: str, parts: Iterable[Sequence[str]]) -> str:
    paths = sorted({path for part in parts for path in part})
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{what} {paths[0]}{more}" if paths else ""


def _changes(before: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    """Yield what differs between the params of a record and those of now, in words."""
    old, new = _job_texts(before), _job_texts(now)
    if old and new:
        yield from dict.fromkeys(text for job in old for text in all_differences(job, new[0]))
    elif before or now:
        yield "its params changed"


def _job_texts(params: Iterable[str]) -> list[dict]:
    """Return the jobs among params, each of which is the repr of a text."""
    jobs = []
    for text in sorted(params):
        try:
            job = json.loads(ast.literal_eval(text))
        except (ValueError, SyntaxError, TypeError):
            continue  # the path of a folder
        if isinstance(job, dict):
            jobs.append(job)
    return jobs


def _extent(alike: Sequence[PlannedJob], wildcards: Sequence[Mapping[str, str]]) -> str:
    """Say how many jobs of a rule are meant, and which: all, or those with some values of its axes."""
    total = len(wildcards)
    if len(alike) == total:
        return "1 job" if total == 1 else f"all {total} jobs"
    values = {axis: {job.wildcards[axis] for job in alike} for axis in alike[0].wildcards}
    words = "; ".join(
        f"{axis} {_some(sorted(names, key=_in_order))}"
        for axis, names in values.items()
        if names != {each[axis] for each in wildcards}
    )
    are_all = math.prod(map(len, values.values())) == len(alike)
    return f"{len(alike)} of {total} jobs ({'' if are_all else 'among '}{words or 'all'})"


def _in_order(value: str) -> tuple[int, str]:
    return (int(value), "") if value.isdecimal() else (0, value)


def _some(values: Sequence[str]) -> str:
    more = f" and {len(values) - SHOWN_VALUES} more" if len(values) > SHOWN_VALUES else ""
    return f"{', '.join(values[:SHOWN_VALUES])}{more}"
