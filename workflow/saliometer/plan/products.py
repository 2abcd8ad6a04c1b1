"""The products that a config asks for: where each lies, the job that makes it, and what it is made from."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

from saliometer.config.study import Config, TableStudyConfig
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.findings.scope import is_table_study
from saliometer.plan.description import describe_study
from saliometer.plan.jobs import Listing
from saliometer.plan.stages import Stage, benchmark_of, inputs_of, job_texts, stages_of, table_files
from saliometer.products.origins import inputs_of_run
from saliometer.products.paths import OF_RUN, PATTERNS, axes_of_study, combinations, products
from saliometer.products.seals import json_digest

PAGE = "report/index.html"
FIGURE_SUFFIXES = ("png", "svg")


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


def products_of_config(
    config: Config | TableStudyConfig, list_images: Callable[[str], Listing]
) -> list[Product]:
    """List every product of a config, none before what it is made from; nothing is looked up.

    Parameters: ``list_images`` returns the listing of a data set's images, and is not asked before a job is.
    """
    study, text_of, parsed = describe_study(config), job_texts(config, list_images), cache(_parse)

    def job(stage: str, axes: Mapping) -> Job:
        return parsed(text_of(stage, axes))

    of_run = {"figures": _figures, "report": _page}
    return [
        Product(path, stage.name, partial(job, stage.name, axes), inputs, benchmark)
        for stage in stages_of(config)
        for path, axes, inputs, benchmark in (
            _shards(config, study, stage) if stage.pattern else of_run.get(stage.name, _tables)(study, stage)
        )
    ]


# Each of these yields the files of a stage: path, axes of its job, inputs by kind, and benchmark.
Files = Iterator[tuple[str, Mapping, Mapping[str, tuple[str, ...]], str]]


def _shards(config: Config, study: dict, stage: Stage) -> Files:
    benchmark = benchmark_of(stage.name)
    for axes in combinations(stage.pattern, axes_of_study(study)):
        inputs = {kind: (PATTERNS[kind].format(**axes),) for kind in inputs_of(config, stage.name, axes)}
        yield stage.pattern.format(**axes), axes, inputs, benchmark.format(**axes)


def _tables(study: dict, stage: Stage) -> Files:
    shards = {kind: tuple(products(kind, study)) for kind in stage.inputs}
    inputs = shards | inputs_of_run(stage.name, is_table_study(study))
    for path in table_files(stage.name):
        yield path, {}, inputs, benchmark_of(stage.name)


def _figures(study: dict, stage: Stage) -> Files:
    for group in GROUPS:
        inputs = inputs_of_run(f"figures/{group}", is_table_study(study))
        for path in figure_paths(group, study):
            yield path, {}, inputs, benchmark_of(stage.name).format(group=group)


def _page(study: dict, stage: Stage) -> Files:
    for path in (OF_RUN["report"], PAGE):
        yield path, {}, inputs_of_run("report", is_table_study(study)), benchmark_of(stage.name)


def figure_paths(group: str, study: dict) -> list[str]:
    """List the files of a group of figures, from the results folder of the run, after their manifest."""
    files = figure_files(group, study)
    manifest = [OF_RUN["figures"].format(group=group)] if files else []
    return manifest + [f"figures/{file['stem']}.{suffix}" for file in files for suffix in FIGURE_SUFFIXES]


def _parse(text: str) -> Job:
    parameters = json.loads(text)
    return Job(parameters, json_digest(parameters))
