"""The products that a config asks for: where each lies, the job that makes it, and what it is made from."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

from saliometer.config.methods import name_of
from saliometer.config.study import Config, GivenConfig
from saliometer.figures import GROUPS, figure_files
from saliometer.methods.registry import spec_of
from saliometer.plan import jobs
from saliometer.plan.description import describe_study
from saliometer.products.origins import INPUTS, inputs_of_run
from saliometer.products.paths import MANIFEST, PATTERNS, axes_of_study, combinations, log_pattern, products
from saliometer.products.seals import json_digest

TABLES = {
    "summary": ("scores", "summary", "undefined", "predictions", "accuracy", "tiles", "image_use", "axioms"),
    "cost": ("cost",),
    "reliability": ("reliability",),
}
TABLES_OF_GIVEN = {"given": ("scores", "summary", "undefined"), "reliability": ("reliability",)}
BENCHMARKS = {
    "given": "benchmarks/summary/read_scores.tsv",
    "summary": "benchmarks/summary/summarise_scores.tsv",
    "cost": "benchmarks/summary/summarise_cost.tsv",
    "reliability": "benchmarks/reliability/estimate_reliability.tsv",
    "report": "benchmarks/report/write_report.tsv",
}
PAGE = "report/index.html"
FIGURE_SUFFIXES = ("png", "svg")
# Nothing is made from a product of its own rank or a higher one.
RANKS = {
    "models": 0,
    "images": 0,
    "mosaics": 1,
    "predictions": 2,
    "segments": 2,
    "maps": 3,
    "axioms": 3,
    "scores": 4,
}
RANKS |= {"given": 5, "summary": 5, "cost": 5, "reliability": 6, "figures": 7, "report": 8}
MADE_BY = {"axioms": "maps"}  # the stage whose job makes a stage's products besides its own
JOBS = {
    "models": jobs.models_job,
    "images": jobs.images_job,
    "mosaics": jobs.mosaics_job,
    "predictions": jobs.predictions_job,
    "segments": jobs.segments_job,
    "maps": jobs.maps_job,
    "axioms": jobs.maps_job,
    "scores": jobs.scores_job,
}


class Job(NamedTuple):
    """A job's parameters and their digest, as products remember it."""

    parameters: dict
    digest: str


class Product(NamedTuple):
    """A file that a config asks for.

    ``path`` from the results folder of the run; ``job`` returns the job that makes it, which takes long
    enough to be left until it is asked for; ``inputs``, the paths by kind that it remembers being made from;
    ``benchmark``, the file that says what the job took, which Snakemake dates like a product.
    """

    path: str
    stage: str
    job: Callable[[], Job]
    inputs: Mapping[str, tuple[str, ...]]
    benchmark: str


def wanted_products(
    config: Config | GivenConfig, list_images: Callable[[str], jobs.Listing]
) -> list[Product]:
    """List every product of a config, none before what it is made from; nothing is looked up.

    Parameters: ``list_images`` returns the listing of a data set's images, and is not asked before a job is.
    """
    study = describe_study(config)
    if isinstance(config, GivenConfig):
        return list(_of_study(config, study, TABLES_OF_GIVEN))
    return [*_of_shards(config, study, list_images), *_of_study(config, study, TABLES)]


def _of_shards(config: Config, study: dict, list_images: Callable) -> Iterator[Product]:
    def all_listings() -> dict[str, jobs.Listing]:
        return {name: list_images(name) for name in config.datasets}

    @cache  # most shards share the job of all their siblings
    def job(stage: str, *axes) -> Job:
        listings = {"images": lambda: [list_images(*axes)], "models": lambda: [all_listings()]}
        return _parse(JOBS[stage](config, *axes, *listings.get(stage, list)()))

    for stage, pattern in PATTERNS.items():
        for axes in combinations(pattern, axes_of_study(study)):
            shared = [value for name, value in axes.items() if name != "shard" or stage == "mosaics"]
            inputs = {kind: (PATTERNS[kind].format(**axes),) for kind in _inputs(config, stage, axes)}
            benchmark = log_pattern("benchmarks", MADE_BY.get(stage, stage), ".tsv").format(**axes)
            yield Product(pattern.format(**axes), stage, partial(job, stage, *shared), inputs, benchmark)


def _inputs(config: Config, stage: str, axes: Mapping) -> tuple[str, ...]:
    """Return the kinds of inputs that a product of a stage is made from."""
    segments = stage in ("maps", "axioms") and spec_of(name_of(config.methods[axes["method"]])).needs_segments
    return (*INPUTS[stage], "segments") if segments else INPUTS[stage]


def _of_study(config: Config | GivenConfig, study: dict, tables: Mapping) -> Iterator[Product]:
    @cache
    def job(stage: str) -> Job:
        return _parse(jobs.study_job(config, stage))

    given = isinstance(config, GivenConfig)
    for stage, names in tables.items():
        shards = {kind: tuple(products(kind, study)) for kind in INPUTS.get(stage, ())}
        inputs = shards | inputs_of_run(stage, given)
        for path in (f"tables/{name}.{suffix}" for name in names for suffix in ("parquet", "csv")):
            yield Product(path, stage, partial(job, stage), inputs, BENCHMARKS[stage])
    for group in GROUPS:
        files = figure_files(group, study)
        inputs, benchmark = inputs_of_run(f"figures/{group}", given), f"benchmarks/figures/{group}.tsv"
        names = [f"{group}/{MANIFEST}"] if files else []
        names += [f"{figure['stem']}.{suffix}" for figure in files for suffix in FIGURE_SUFFIXES]
        for path in (f"figures/{name}" for name in names):
            yield Product(path, "figures", partial(job, "figures"), inputs, benchmark)
    for path in (f"report/{MANIFEST}", PAGE):
        yield Product(
            path, "report", partial(job, "report"), inputs_of_run("report", given), BENCHMARKS["report"]
        )


def _parse(text: str) -> Job:
    parameters = json.loads(text)
    return Job(parameters, json_digest(parameters))
