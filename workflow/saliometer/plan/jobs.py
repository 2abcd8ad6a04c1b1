"""The canonical JSON of every job: what its result depends on, and nothing else.

A job's parameters are one JSON text with sorted keys: the settings that can change its result, the
digests of the code it runs, and the versions of the packages that can change it: the locked ones or, where
the config allows others, the installed ones. Threads, device, micro-batch and where files lie are passed
beside it and never stored, so they make nothing stale.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from saliometer.config.methods import file_of, models_of, modules_of, name_of
from saliometer.config.study import Config, GivenConfig
from saliometer.images.listing import listing_digest
from saliometer.images.sources import find_images, image_root
from saliometer.methods import registry as methods
from saliometer.models import families
from saliometer.mosaics import rendering
from saliometer.plan.description import NOT_IN_A_JOB, describe_model, describe_study
from saliometer.plan.provenance import code_digests, locked_versions
from saliometer.products.installed import installed_version, is_same

LOCK = Path(__file__).parents[3] / "envs" / "lock.txt"
SHARDS = ("zarr", "numpy")
TABLES = ("pandas", "pyarrow", "numpy")
NETWORKS = ("torch", "torchvision")
PACKAGES_OF_STUDY = {
    "summary": (*TABLES, "scipy", "zarr"),
    "given": (*TABLES, "scipy"),
    "cost": TABLES,
    "reliability": (*TABLES, "scipy"),
    "figures": (*TABLES, "matplotlib", "pillow", "scipy", "zarr"),
    # The page names the versions of everything that its numbers went through: see also _further_packages.
    "report": (*TABLES, *NETWORKS, "jinja2", "matplotlib", "pillow", "scipy", "zarr"),
}
NOT_OF_GIVEN = {*NETWORKS, "zarr"}
SHOWING_LABELS = {*PACKAGES_OF_STUDY} - {"cost"}
WITHOUT_METRICS = {"cost"}  # of these, the one that reads no score
OF_SEGMENTS = ("scikit-image",)
OF_REDRAWS = ("pillow", "foolbox")


class Listing(NamedTuple):
    """What is seen of a data set without opening an image: a digest, and how many images a class has."""

    digest: str
    images_of_class: dict[int, int]


def list_images(config: Config, dataset: str) -> Listing:
    """List the images of one data set.

    Raises UserError when they can't be listed or are too few for the mosaics.
    """
    source = config.datasets[dataset]
    images = find_images(source)
    images_of_class = Counter(image.class_index for image in images)
    rendering.check_supply(images_of_class, config.mosaics, dataset)
    return Listing(listing_digest(images, image_root(source)), dict(images_of_class))


def models_job(config: Config, model: str, listings: Mapping[str, Listing]) -> str:
    """Check one model, with every method that explains it, before all else.

    Of the data sets, by name, only the highest class counts.
    """
    explaining = {
        name: block for name, block in config.methods.items() if model in models_of(block, config.models)
    }
    settings = {
        "model": describe_model(config, model),
        "mosaics": config.mosaics.model_dump(include={"rows", "columns", "tile_size"}),
        "highest_class": {name: max(listing.images_of_class) for name, listing in listings.items()},
        "methods": {name: _explanation(name, block) for name, block in explaining.items()},
    }
    files = [file for file in map(file_of, explaining.values()) if file]
    named = {module for block in explaining.values() for module in modules_of(block)} - {"stages.redraws"}
    packages = [*_networks(config, model), *TABLES]
    return _job(config, "models", settings, [_family(config, model), *sorted(named)], packages, *files)


def images_job(config: Config, dataset: str, listing: Listing) -> str:
    """Index the images of one data set.

    The listing of their ids, classes and sizes stands for the images; where they lie does not enter.
    """
    source = config.datasets[dataset]
    settings = {
        "dataset": dataset,
        "source": source.source,
        "on_bad_image": source.on_bad_image,
        "listing": listing.digest,
    }
    return _job(config, "images", settings, [f"images.sources.{source.source}"], [*TABLES, "pillow", "scipy"])


def mosaics_job(config: Config, dataset: str, form: str, shard: int) -> str:
    """Draw the rounds of one shard; how many rounds there are in all does not enter."""
    drawing = config.mosaics.model_dump(exclude={"rounds", "rounds_per_shard"})
    settings = {
        "dataset": dataset,
        "form": form,
        "seed": config.seed,
        "mosaics": drawing,
        "rounds": list(rendering.shard_rounds(config.mosaics, shard)),
    }
    return _job(config, "mosaics", settings, [], [*SHARDS, "pillow", "pandas"])


def predictions_job(config: Config, dataset: str, form: str, model: str) -> str:
    """Ask one model for its classes of one shard."""
    settings = {"dataset": dataset, "form": form, "model": describe_model(config, model)}
    return _job(
        config,
        "predictions",
        settings,
        [_family(config, model)],
        [*_networks(config, model), *SHARDS, *TABLES],
    )


def segments_job(config: Config, dataset: str, form: str) -> str:
    """Segment one shard of mosaics."""
    settings = {
        "seed": config.seed,
        "dataset": dataset,
        "form": form,
        "segments": config.segments.model_dump(),
    }
    return _job(config, "segments", settings, [], [*SHARDS, *OF_SEGMENTS, "scipy"])


def maps_job(config: Config, dataset: str, form: str, model: str, method: str, replicate: str) -> str:
    """Explain one shard by one method and model."""
    block = config.methods[method]
    settings = {
        "seed": config.seed,
        "dataset": dataset,
        "form": form,
        "replicate": replicate,
        "model": describe_model(config, model),
        **_explanation(method, block),
    }
    packages = [*_networks(config, model), *SHARDS, *TABLES]
    if block.randomized_model:
        packages += OF_REDRAWS
    return _job(
        config,
        "maps",
        settings,
        [_family(config, model), *modules_of(block)],
        packages,
        *filter(None, [file_of(block)]),
    )


def scores_job(
    config: Config, dataset: str, form: str, model: str, method: str, replicate: str, family: str
) -> str:
    """Score one shard of maps by one family of metrics; the settings of other families do not enter."""
    settings = {
        "dataset": dataset,
        "form": form,
        "model": model,
        "method": method,
        "replicate": replicate,
        "family": family,
        "metrics": config.metrics[family].model_dump(),
    }
    return _job(config, "scores", settings, [f"metrics.{family}"], [*SHARDS, *TABLES])


def packages_named(jobs: Iterable[dict]) -> dict[str, str]:
    """Return the versions that some jobs name, by package."""
    return {package: version for job in jobs for package, version in job["versions"].items()}


def study_job(config: Config | GivenConfig, stage: str) -> str:
    """Work on the tables of the whole run: summary or given, cost, reliability, figures and report."""
    if isinstance(config, GivenConfig):
        packages = [name for name in PACKAGES_OF_STUDY[stage] if name not in NOT_OF_GIVEN]
        return _job(config, stage, describe_study(config), ["metrics.given"], packages)
    modules = [] if stage in WITHOUT_METRICS else [f"metrics.{family}" for family in config.metrics]
    packages = [*PACKAGES_OF_STUDY[stage], *(_further_packages(config) if stage == "report" else ())]
    return _job(config, stage, describe_study(config), modules, packages)


def _further_packages(config: Config) -> set[str]:
    """Return the packages that some methods and models alone need."""
    found = {name for model in config.models.values() for name in families.packages_of(model.architecture)}
    for block in config.methods.values():
        found |= set(OF_SEGMENTS if methods.spec_of(name_of(block)).needs_segments else ())
        found |= set(OF_REDRAWS if block.randomized_model else ())
    return found


def _explanation(name: str, block) -> dict:
    """Return the settings by which a block explains a model."""
    return {
        "randomized": block.randomized_model > 0,
        "disconnected": block.disconnected,
        "method": {"name": name, **block.model_dump(exclude=NOT_IN_A_JOB)},
    }


def _family(config: Config, model: str) -> str:
    return f"models.{families.family_of(config.models[model].architecture)}"


def _networks(config: Config, model: str) -> tuple[str, ...]:
    return (*NETWORKS, *families.packages_of(config.models[model].architecture))


def _job(
    config: Config | GivenConfig,
    stage: str,
    settings: dict,
    modules: Sequence[str],
    packages: Sequence[str],
    *files: Path,
) -> str:
    roots = [f"saliometer.{name}" for name in (f"stages.{stage}", *modules)]
    job = {
        "settings": settings,
        "code": code_digests(*roots, files=files, labels=stage in SHOWING_LABELS),
        "versions": {name: _version_of(name, config.allow_other_versions) for name in sorted(packages)},
    }
    return json.dumps(job, sort_keys=True, separators=(",", ":"))


def _version_of(package: str, other_versions: bool) -> str:
    """Return the locked version of a package, or where others are allowed the one that is installed."""
    locked, installed = locked_versions(LOCK)[package], installed_version(package)
    return locked if not (other_versions and installed) or is_same(installed, locked) else installed
