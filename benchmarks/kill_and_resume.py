"""Kill a small study again and again: ``python -m benchmarks.kill_and_resume [--kills 100] [--seed 1]``.

SIGKILL hits the workflow with all its jobs at a random moment: of any job, of a job of the stage that was hit
least, or inside a write. It is started again by the same command, and killed again; whenever it comes to its
end its products must be those of a run that nothing interrupted, byte by byte. Then some of them are deleted,
and it goes on. Prints what the kills hit.
"""

import argparse
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.folder_watch import watched
from benchmarks.kill_study import BETWEEN, COMPUTING, PRODUCTS, SHARDS, WRITING, Hit, KillStudy
from benchmarks.session import Run

SHARE_IN_WRITES = 0.2  # of the kills: a write takes milliseconds, and chance alone hardly ever hits one
LOOK = 0.02  # seconds between two looks at a run
MOST_JOBS, LONGEST_DELAY = 3, 2.0  # a kill comes up to so many jobs and seconds after the start
AIMS = tuple(stage for stage in PRODUCTS if stage != "axioms")  # those are of the jobs of maps
SHARE_AIMED = 0.5  # of the kills outside writes: where all is slow, the first jobs alone would be hit


def kill_at_a_random_moment(study: KillStudy, run: Run) -> list[Hit]:
    """Kill a run some time after some job of it began; return what was hit, nothing if it ended before."""
    jobs, delay = study.chance.randint(0, MOST_JOBS), study.chance.uniform(0, LONGEST_DELAY)
    due = None
    for _ in study.moments(run):
        if due is None and run.jobs_started() >= jobs:
            due = time.monotonic() + delay
        if due is not None and time.monotonic() >= due:
            return kill(study, run)
        time.sleep(LOOK)
    return []


def kill_during(study: KillStudy, run: Run, stage: str) -> list[Hit]:
    """Kill a run some time after a job of a stage began; return what was hit, nothing if it ended before."""
    due = None
    for _ in study.moments(run):
        if due is None and stage in run.stages():
            due = time.monotonic() + study.chance.uniform(0, LONGEST_DELAY)
        if due is not None and time.monotonic() >= due:
            return kill(study, run)
        time.sleep(LOOK)
    return []


def kill_inside_a_write(study: KillStudy, run: Run) -> list[Hit]:
    """Kill a run while it writes a shard; return what was hit, nothing if it ended before."""
    to_pass = study.chance.randint(0, MOST_JOBS)  # writes to let go by
    with watched(study.shard_folders()) as watch:
        for _ in study.moments(run):
            parts = [path for path in watch.new_files(LOOK) if path.suffix == ".part"]
            if len(parts) <= to_pass:
                to_pass -= len(parts)
                continue
            run.freeze()
            if any(path.exists() for path in parts):
                return kill(study, run)
            run.thaw()  # it was too fast for us
    return []


def kill(study: KillStudy, run: Run) -> list[Hit]:
    """Halt a run, look at what it is doing, and kill it; nothing if it has ended by itself."""
    if run.ended():
        return []
    run.freeze()
    hits = study.hits(run)
    run.kill()
    study.expect_sound()
    return hits if run.process.returncode == -signal.SIGKILL else []


def kill_and_resume(study: KillStudy, kills: int) -> list[list[Hit]]:
    """Kill a finished study so many times and let it come to its end; return what each kill hit.

    Raises AssertionError when a run does not start again by itself, or a product is not what it should be.
    """
    hits: list[list[Hit]] = []
    study.cut_back()
    while len(hits) < kills or in_shard_writes(hits) < SHARE_IN_WRITES * kills:
        hit, run = _start_and_kill(study, hits)
        if hit:
            hits.append(hit)
            continue
        assert run.process.wait() == 0, run.words()
        study.expect_whole()
        study.cut_back()
    study.finish()
    study.expect_whole()
    return hits


def _start_and_kill(study: KillStudy, hits: list[list[Hit]]) -> tuple[list[Hit], Run]:
    """Start the study, with work to do for the kill that is due next; return what was hit, and the run."""
    if in_shard_writes(hits) < SHARE_IN_WRITES * (len(hits) + 1):
        if not study.is_missing(SHARDS):
            study.cut_back(SHARDS)
        run = study.start()
        return kill_inside_a_write(study, run), run
    if study.chance.random() < SHARE_AIMED:
        stage = _least_hit(study, hits)
        if not study.is_missing([stage]):
            study.cut_back([stage])
        run = study.start()
        return kill_during(study, run, stage), run
    run = study.start()
    return kill_at_a_random_moment(study, run), run


def _least_hit(study: KillStudy, hits: list[list[Hit]]) -> str:
    """Return the stage that kills have hit least, one of those by chance."""
    counts = Counter(found.stage for hit in hits for found in set(hit))
    least = min(counts[stage] for stage in AIMS)
    return study.chance.choice([stage for stage in AIMS if counts[stage] == least])


def in_shard_writes(hits: list[list[Hit]]) -> int:
    """Count the kills that hit a job while it wrote a shard."""
    return sum(any(found.phase == WRITING and found.stage in SHARDS for found in hit) for hit in hits)


def table(hits: list[list[Hit]]) -> list[str]:
    """Return the lines of a table: how many kills hit each stage in each phase."""
    counts = Counter(found for hit in hits for found in set(hit))
    lines = [f"{'stage':<12} {COMPUTING:>10} {WRITING:>15}"]
    stages = [*PRODUCTS]
    stages.insert(stages.index("summary") + 1, "cost")
    for stage in stages:
        computing, writing = (counts[Hit(stage, phase)] for phase in (COMPUTING, WRITING))
        lines.append(f"{stage:<12} {computing:>10} {writing:>15}")
    return [*lines, f"{BETWEEN}: {counts[Hit('', BETWEEN)]}", f"kills: {len(hits)}"]


def prepare(folder: Path, seed: int) -> KillStudy:
    """Lay out a study and run it once without interruption."""
    study = KillStudy(folder, random.Random(seed))
    study.lay_out()
    study.finish()
    study.reference = study.products()
    return study


def main() -> None:
    """Kill and resume, and print what the kills hit."""
    parser = argparse.ArgumentParser(description="Kill a small study again and again, and resume it.")
    parser.add_argument("--kills", type=int, default=100, help="how many times")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study = prepare(Path(folder), arguments.seed)
        started = time.monotonic()
        hits = kill_and_resume(study, arguments.kills)
        print("\n".join(table(hits)))
        print(f"{len(study.reference)} products as without interruption; {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
