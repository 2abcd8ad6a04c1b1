"""The canonical JSON of every job: what its result depends on, and nothing else.

A job's parameters are one JSON text with sorted keys: the settings that can change its result, the
digests of the code it runs, and the locked versions of the packages that can change it. Threads, device,
micro-batch and where files lie are passed beside it and never stored, so they make nothing stale.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from saliometer import mosaics
from saliometer.config import Config
from saliometer.images.listing import listing_digest
from saliometer.methods import registry as methods
from saliometer.models import families
from saliometer.provenance import code_digests, locked_versions

LOCK = Path(__file__).parents[2] / "envs" / "lock.txt"
FORM = "original"  # parallel forms and replicates are axes of every path, with one value each for now
REPLICATE = "0"
SHARDS = ("zarr", "numpy")
TABLES = ("pandas", "pyarrow", "numpy")
NETWORKS = ("torch", "torchvision")
PACKAGES_OF_STUDY = {
    "summary": (*TABLES, "scipy"),
    "cost": TABLES,
    "reliability": (*TABLES, "scipy"),
    "figures": (*TABLES, "matplotlib"),
    # The page names the versions of everything that its numbers went through.
    "report": (*TABLES, *NETWORKS, "jinja2", "matplotlib", "pillow", "scipy", "zarr"),
}
CHANGES_NO_RESULT = {"download"}


def images_job(config: Config, dataset: str) -> str:
    """Index the images of one data set; sees new files by the listing of their names and sizes."""
    source = config.datasets[dataset]
    settings = {"dataset": dataset, "source": source.model_dump(), "listing": listing_digest(source)}
    return _job("images", settings, [f"images.{source.source}"], [*TABLES, "pillow"])


def mosaics_job(config: Config, dataset: str, form: str, shard: int) -> str:
    """Draw the rounds of one shard; how many rounds there are in all does not enter."""
    drawing = config.mosaics.model_dump(exclude={"rounds", "rounds_per_shard"})
    settings = {
        "dataset": dataset,
        "form": form,
        "seed": config.seed,
        "mosaics": drawing,
        "rounds": list(mosaics.shard_rounds(config.mosaics, shard)),
    }
    return _job("mosaics", settings, [], [*SHARDS, "pillow", "pandas"])


def predictions_job(config: Config, dataset: str, form: str, model: str) -> str:
    """Ask one model for its classes of one shard."""
    settings = {"dataset": dataset, "form": form, "model": _model(config, model)}
    return _job("predictions", settings, [_family(config, model)], [*NETWORKS, *SHARDS, *TABLES])


def segments_job(config: Config, dataset: str, form: str) -> str:
    """Segment one shard of mosaics."""
    settings = {"dataset": dataset, "form": form, "segments": config.segments.model_dump()}
    return _job("segments", settings, [], [*SHARDS, "scikit-image"])


def maps_job(config: Config, dataset: str, form: str, model: str, method: str, replicate: str) -> str:
    """Explain one shard by one method and model."""
    block = config.methods[method]
    settings = {
        "seed": config.seed,
        "dataset": dataset,
        "form": form,
        "replicate": replicate,
        "model": _model(config, model),
        "method": {"name": method, **block.model_dump()},
    }
    modules = [_family(config, model), f"methods.{methods.module_name(block.method)}"]
    return _job("maps", settings, modules, [*NETWORKS, *SHARDS])


def scores_job(dataset: str, form: str, model: str, method: str, replicate: str, family: str) -> str:
    """Score one shard of maps by one family of metrics."""
    settings = {
        "dataset": dataset,
        "form": form,
        "model": model,
        "method": method,
        "replicate": replicate,
        "family": family,
    }
    return _job("scores", settings, [f"metrics.{family}"], [*SHARDS, *TABLES])


def study_job(config: Config, stage: str) -> str:
    """Work on the tables of the whole run: summary, cost, reliability, figures and report."""
    families_of_metrics = [f"metrics.{family}" for family in config.metrics]
    return _job(stage, describe_study(config), families_of_metrics, PACKAGES_OF_STUDY[stage])


def describe_study(config: Config) -> dict:
    """Describe a run for its tables, figures and report: every block with all its settings."""
    return {
        "run": config.run,
        "seed": config.seed,
        "datasets": {name: source.model_dump() for name, source in config.datasets.items()},
        "mosaics": config.mosaics.model_dump(exclude={"rounds_per_shard"}),
        "models": {name: _model(config, name) for name in config.models},
        "methods": {name: _describe_method(block) for name, block in config.methods.items()},
        "metrics": list(config.metrics),
        "intervals": config.intervals.model_dump(),
    }


def _describe_method(block) -> dict:
    module = methods.describe(block.method)
    return {
        "method": block.method,
        "label": module.LABEL,
        "signed": module.SIGNED,
        "control": module.CONTROL,
        "settings": block.model_dump(exclude={"method"}),
    }


def _model(config: Config, name: str) -> dict:
    return {"name": name, **config.models[name].model_dump(exclude=CHANGES_NO_RESULT)}


def _family(config: Config, model: str) -> str:
    return f"models.{families.family_of(config.models[model].architecture)}"


def _job(stage: str, settings: dict, modules: Sequence[str], packages: Sequence[str]) -> str:
    roots = [f"{__package__}.{name}" for name in (f"stages.{stage}", *modules)]
    locked = locked_versions(LOCK)
    job = {
        "settings": settings,
        "code": code_digests(*roots),
        "versions": {name: locked[name] for name in sorted(packages)},
    }
    return json.dumps(job, sort_keys=True, separators=(",", ":"))
