"""The one table of stages: what each makes, what that is made from, and what its jobs are and ask for.

Rules, products, resources and the audit read it. A table more is its name in ``tables`` of the stage that
writes it. Where shards lie, and of what kinds of files products are made, commands know as well, which import
nothing that plans: those two facts stand in products.paths and products.origins, and are read from there.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from saliometer.config.methods import name_of
from saliometer.config.study import Config, TableStudyConfig
from saliometer.methods.registry import spec_of
from saliometer.plan import jobs
from saliometer.products.origins import INPUTS
from saliometer.products.paths import LOGS, MADE_BY, OF_RUN, PATTERNS, axes_in, log_pattern

SHARDS = ("zarr", "numpy")
TABLES = ("pandas", "pyarrow", "numpy")
NETWORKS = ("torch", "torchvision")
DRAWING = ("matplotlib", "pillow")
NOT_OF_TABLES = {*NETWORKS, "zarr"}  # packages that no job of a study of tables needs
TABLE_SUFFIXES = ("parquet", "csv")
OF_TABLES, OF_BOTH = (TableStudyConfig,), (Config, TableStudyConfig)


class Stage(NamedTuple):
    """What is known of a stage, or of the second product of one.

    ``rank``: nothing is made from a product of its own rank or a higher one.
    Of its jobs: ``parts`` returns what one depends on; ``process_mb``, what a process takes with its
    libraries; ``packages``, of all of them; ``holds``, which arrays of a shard are in memory; ``networks``,
    where they run: "", "cpu" or "device", the config's; ``command``, the module; ``axes``, which tell them
    apart.
    Of its products: ``pattern`` of their paths, "" for a stage of the whole run; ``inputs``, the kinds of
    shards that all are made from; ``tables``, by name; ``logs``, where those of a stage of the whole run lie.
    ``studies``: the kinds of config that have it.
    """

    name: str
    rank: int
    parts: Callable[..., jobs.Parts]
    process_mb: int
    packages: tuple[str, ...]
    holds: tuple[str, ...] = ()
    networks: str = ""
    command: str = ""
    pattern: str = ""
    axes: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    logs: str = ""
    studies: tuple[type, ...] = (Config,)


def _stage(name: str, *facts, each_shard: bool = False, **of_run) -> Stage:
    """Return a row of the table; ``each_shard``, whether each shard has a job of its own text."""
    pattern = PATTERNS.get(name, "")
    return Stage(
        name,
        *facts,
        command=f"stages.{MADE_BY.get(name, name)}",
        pattern=pattern,
        axes=tuple(axis for axis in axes_in(pattern) if axis != "shard" or each_shard),
        inputs=INPUTS.get(name, ()),
        **of_run,
    )


# Megabytes: a process with its libraries took up to 250 (tables, figures) and 900 (torch, CPU); on a cluster
# each job holds two of Snakemake as well, of up to 150.
# name, rank, parts, process_mb, packages, holds, networks
OF_MAPS = (3, jobs.of_maps, 2300, (*NETWORKS, *SHARDS, *TABLES), ("mosaics", "maps"), "device")
ROWS = (
    _stage("models", 0, jobs.of_models, 2300, (*NETWORKS, *TABLES), ("mosaics",), "cpu"),
    _stage("images", 0, jobs.of_images, 800, (*TABLES, "pillow", "scipy")),
    _stage("mosaics", 1, jobs.of_mosaics, 800, (*SHARDS, "pillow", "pandas"), ("mosaics",), each_shard=True),
    _stage(
        "predictions", 2, jobs.of_predictions, 2300, (*NETWORKS, *SHARDS, *TABLES), ("mosaics",), "device"
    ),
    _stage("segments", 2, jobs.of_segments, 1300, (*SHARDS, *jobs.OF_SEGMENTS, "scipy"), ("mosaics",)),
    _stage("maps", *OF_MAPS),
    _stage("axioms", *OF_MAPS),
    _stage("scores", 4, jobs.of_scores, 800, (*SHARDS, *TABLES), ("maps",)),
    _stage(
        *("table_study", 5, jobs.of_study, 1300, (*TABLES, "scipy")),
        tables=("scores", "summary", "undefined"),
        logs="summary/read_scores",
        studies=OF_TABLES,
    ),
    _stage(
        *("summary", 5, jobs.of_study, 1300, (*TABLES, "scipy", "zarr")),
        tables=("scores", "summary", "undefined", "predictions", "accuracy", "tiles", "image_use", "axioms"),
        logs="summary/summarise_scores",
    ),
    _stage("cost", 5, jobs.of_cost, 1300, TABLES, tables=("cost",), logs="summary/summarise_cost"),
    _stage(
        *("reliability", 6, jobs.of_study, 1300, (*TABLES, "scipy")),
        tables=("reliability",),
        logs="reliability/estimate_reliability",
        studies=OF_BOTH,
    ),
    _stage(
        *("figures", 7, jobs.of_study, 1300, (*TABLES, *DRAWING, "scipy", "zarr")),
        logs="figures/{group}",
        studies=OF_BOTH,
    ),
    _stage(
        *("report", 8, jobs.of_page, 1300, (*TABLES, *DRAWING, *NETWORKS, "jinja2", "scipy", "zarr")),
        logs="report/write_report",
        studies=OF_BOTH,
    ),
)
STAGES = {row.name: row for row in ROWS}


def stages_of(config: Config | TableStudyConfig) -> list[Stage]:
    """Return the stages of a study, none before what its products are made from."""
    return [stage for stage in STAGES.values() if isinstance(config, stage.studies)]


def job_texts(
    config: Config | TableStudyConfig, list_images: jobs.ListImages
) -> Callable[[str, Mapping[str, str | int]], str]:
    """Return the function that gives the canonical text of a job, from its stage and the values of its axes.

    Parameters: ``list_images`` returns the listing of a data set's images, and is not asked before a job is.
    Most shards share the job of all their siblings, and each text is made once.
    """

    @cache
    def text_of_values(stage: str, *values: str | int) -> str:
        facts = STAGES[stage]
        parts = facts.parts(config, dict(zip(facts.axes, values, strict=True)), list_images)
        unused = NOT_OF_TABLES if isinstance(config, TableStudyConfig) else ()
        packages = [name for name in facts.packages if name not in unused]
        return jobs.job_text(config, facts.command, parts, packages)

    def text_of(stage: str, axes: Mapping[str, str | int]) -> str:
        return text_of_values(stage, *(axes[name] for name in STAGES[stage].axes))

    return text_of


def inputs_of(config: Config, stage: str, axes: Mapping[str, str | int]) -> tuple[str, ...]:
    """Return the kinds of shards that one product of a stage is made from."""
    facts = STAGES[stage]
    explains = facts.parts is jobs.of_maps
    needs_segments = explains and spec_of(name_of(config.methods[axes["method"]])).needs_segments
    return (*facts.inputs, "segments") if needs_segments else facts.inputs


def table_files(stage: str) -> list[str]:
    """Return the paths of all tables that a stage writes, from the results folder of the run."""
    paths = [OF_RUN["tables"].format(table=name) for name in STAGES[stage].tables]
    return [f"{path.removesuffix('parquet')}{suffix}" for path in paths for suffix in TABLE_SUFFIXES]


def log_of(stage: str) -> str:
    """Return the pattern of a stage's logs, from the results folder of the run."""
    return _beside(stage, "logs")


def benchmark_of(stage: str) -> str:
    """Return the pattern of a stage's benchmarks, from the results folder of the run."""
    return _beside(stage, "benchmarks")


def _beside(stage: str, folder: str) -> str:
    logs = STAGES[stage].logs
    return f"{folder}/{logs}{LOGS[folder]}" if logs else log_pattern(folder, stage)
