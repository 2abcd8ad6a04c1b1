"""Runs of a small study that are stopped at some moment and started again, as by machines that fail."""

import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import yaml
from benchmarks.session import Run, stage_of
from benchmarks.studies import ROOT

RUN = "killed"
CONFIG = {
    "run": RUN,
    "seed": 1,
    "datasets": {"photos": {"source": "sample_photos", "classes": [22, 99, 129, 251]}},
    "mosaics": {
        "rows": 1,
        "columns": 2,
        "target_tiles": 1,
        "rounds": 1,
        "rounds_per_shard": 1,
        "tile_size": 192,
    },
    "models": {"lite": {"architecture": "efficientnet_lite0", "weights": "none"}},
    "methods": {"random": None, "edges": None},
    "compute": {"device": "cpu"},
}
OF_COST = "report/manifest.json"  # its page tells what jobs took
# The products of a run in the order in which they are made, by their paths in its folder.
PRODUCTS = {
    "images": "images/**/*",
    "mosaics": "mosaics/**/*",
    "predictions": "predictions/**/*",
    "maps": "maps/**/*",
    "axioms": "axioms/**/*",
    "scores": "scores/**/*",
    "summary": "tables/*",
    "reliability": "tables/reliability.*",
    "figures": "figures/**/*",
    "report": "report/*",
}
COST = re.compile(rb'<section id="cost">.*?</section>', re.DOTALL)  # of the page
ALONE = ("tables/cost.", "tables/reliability.")  # tables that jobs of their own write
SHARDS = ("mosaics", "predictions", "maps", "scores")
BETWEEN, COMPUTING, WRITING = "before or between jobs", "computing", "inside a write"
PATIENCE = 300  # seconds that any run may take


class Hit(NamedTuple):
    """What a kill hit: a stage and what it was doing; the stage is "" before and between jobs."""

    stage: str
    phase: str


@dataclass
class KillStudy:
    """A study in a folder of its own, with a copy of the workflow that nobody edits meanwhile."""

    folder: Path
    chance: random.Random
    reference: dict[str, bytes] = field(default_factory=dict)

    @property
    def results(self) -> Path:
        return self.folder / "results" / RUN

    def lay_out(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        for part in ("workflow", "envs", "profiles"):
            shutil.copytree(ROOT / part, self.folder / "tree" / part, ignore=ignored)
        shutil.copy(ROOT / "Snakefile", self.folder / "tree")
        (self.folder / "tmp").mkdir()
        (self.folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))

    def start(self, *targets: str, config: str = "config.yaml", **variables: str) -> Run:
        """Start the workflow as a person does; ``variables`` are set in its environment."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "TMPDIR": str(self.folder / "tmp"), **variables}
        snakefile = str(self.folder / "tree" / "Snakefile")
        # Nicer than who watches, so that he comes in time to see a file that is being written.
        command = ["nice", "-n", "19", "snakemake", "--snakefile", snakefile, "--cores", "2", *targets]
        command += ["--configfile", config]
        log = self.folder / f"{config}.log"
        with log.open("w") as said:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Run(process, log)

    def finish(self, *targets: str, **variables: str) -> None:
        """Run the workflow to its end. Raises AssertionError with its words when it fails."""
        run = self.start(*targets, **variables)
        assert run.process.wait(PATIENCE) == 0, run.words()

    def products(self) -> dict[str, bytes]:
        """Return the content of all products by path, without what jobs cost: that is another each time."""
        files = (path for pattern in PRODUCTS.values() for path in self.results.glob(pattern))
        return {
            path.relative_to(self.results).as_posix(): COST.sub(b"", path.read_bytes())
            for path in files
            if path.is_file()
            and path.stem != "cost"
            and path.suffix != ".part"
            and path != self.results / OF_COST
        }

    def temporaries(self) -> list[Path]:
        return list(self.results.rglob(".*.part"))

    def expect_sound(self) -> None:
        """Raise AssertionError when any product is not what an uninterrupted run makes of it."""
        wrong = [path for path, content in self.products().items() if self.reference.get(path) != content]
        assert not wrong, wrong

    def expect_whole(self) -> None:
        """Raise AssertionError when products are missing or differ, or a temporary file is left."""
        self.expect_sound()
        assert self.products().keys() == self.reference.keys()
        assert not self.temporaries()

    def is_missing(self, stages: Sequence[str]) -> bool:
        """Tell whether any product of the stages is not there."""
        places = tuple(PRODUCTS[stage].partition("*")[0] for stage in stages)
        return any(path.startswith(places) and not (self.results / path).exists() for path in self.reference)

    def cut_back(self, stages: Sequence[str] = tuple(PRODUCTS)) -> None:
        """Delete some products, one at least, of a random one of the stages, and all of those after it."""
        order = list(PRODUCTS)
        first = order.index(self.chance.choice(stages))
        for number, stage in enumerate(order[first:]):
            paths = [path for path in sorted(self.results.glob(PRODUCTS[stage])) if path.is_file()]
            some = self.chance.randint(min(1, len(paths)), len(paths))
            for path in paths if number else self.chance.sample(paths, some):
                path.unlink()

    def shard_folders(self) -> list[Path]:
        """Return the folders that shards are written to; makes those that are not there yet."""
        folders = sorted({(self.results / path).parent for path in self.reference if path.startswith(SHARDS)})
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        return folders

    def hits(self, run: Run) -> list[Hit]:
        """Tell what a frozen run is doing: one hit for each job in flight."""
        temporaries = [path.relative_to(self.results) for path in self.temporaries()]
        found = []
        for command in run.commands():
            writing = any(_writes(command, path) for path in temporaries)
            found.append(Hit(stage_of(command), WRITING if writing else COMPUTING))
        return found or [Hit("", BETWEEN)]

    def moments(self, run: Run) -> Iterator[None]:
        """Yield again and again, as fast as files can be looked at, until the run has ended."""
        deadline = time.monotonic() + PATIENCE
        while not run.ended():
            assert time.monotonic() < deadline, run.words()
            yield


def _writes(command: list[str], temporary: Path) -> bool:
    """Tell whether a stage's command is the one that writes a temporary file, from its options of output."""
    options = itertools.pairwise(command)
    outputs = [given for option, given in options if option.startswith(("--output", "--axioms"))]
    product = str(temporary.with_name(temporary.name.removeprefix(".").removesuffix(".part")))
    if product.startswith(ALONE) and f"results/{RUN}/tables" in outputs:
        return False
    return any(product.startswith(output.removeprefix(f"results/{RUN}/")) for output in outputs)
