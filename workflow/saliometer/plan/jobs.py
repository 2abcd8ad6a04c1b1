"""The canonical JSON of every job: what its result depends on, and nothing else.

A job's parameters are one JSON text with sorted keys: the settings that can change its result, the
digests of the code it runs, and the versions of the packages that can change it: the locked ones or, where
the config allows others, the installed ones. Threads, device, micro-batch and where files lie are passed
beside it and never stored, so they make nothing stale.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from saliometer.config.described_methods import NOT_IN_A_JOB
from saliometer.config.methods import file_of, models_of, modules_of, name_of
from saliometer.config.study import Config, TableStudyConfig
from saliometer.images.listing import listing_digest
from saliometer.images.sources import find_images, image_root
from saliometer.methods import registry as methods
from saliometer.models import families
from saliometer.models.described import describe_model
from saliometer.mosaics import rendering
from saliometer.plan.description import describe_study
from saliometer.plan.provenance import code_digests, locked_versions
from saliometer.products.installed import installed_version, is_same

LOCK = Path(__file__).parents[3] / "envs" / "lock.txt"
OF_SEGMENTS = ("scikit-image",)
OF_REDRAWS = ("pillow", "foolbox")


class Parts(NamedTuple):
    """What one job depends on besides the command and the packages of its stage.

    ``settings`` that can change its result; ``modules`` of the package and ``packages`` that its kinds add;
    ``files`` of the user's own methods; ``labels``, whether what methods and metrics are called counts, as it
    does for jobs that show it.
    """

    settings: dict
    modules: Sequence[str] = ()
    packages: Sequence[str] = ()
    files: Sequence[Path] = ()
    labels: bool = False


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


# Each of these says what a job of one stage depends on, from the config, the values of its axes by name, and
# what lists the images of a data set. The table of stages (plan.stages) names them.
Axes = Mapping[str, str | int]
ListImages = Callable[[str], Listing]


def of_models(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Check one model, with every method that explains it, before all else.

    Of the data sets, by name, only the highest class counts.
    """
    model = axes["model"]
    explaining = {
        name: block for name, block in config.methods.items() if model in models_of(block, config.models)
    }
    settings = {
        "model": describe_model(model, config.models[model]),
        "mosaics": config.mosaics.model_dump(include={"rows", "columns", "tile_size"}),
        "highest_class": {name: max(list_images(name).images_of_class) for name in config.datasets},
        "methods": {name: _explanation(name, block) for name, block in explaining.items()},
    }
    files = [file for file in map(file_of, explaining.values()) if file]
    named = {module for block in explaining.values() for module in modules_of(block)} - {"stages.redraws"}
    modules = [_family(config, model), *sorted(named)]
    return Parts(settings, modules, _packages_of_model(config, model), files)


def of_images(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Index the images of one data set.

    The listing of their ids, classes and sizes stands for the images; where they lie does not enter.
    """
    source = config.datasets[axes["dataset"]]
    settings = {
        "dataset": axes["dataset"],
        "source": source.source,
        "on_bad_image": source.on_bad_image,
        "listing": list_images(axes["dataset"]).digest,
    }
    return Parts(settings, [f"images.sources.{source.source}"])


def of_mosaics(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Draw the rounds of one shard; how many rounds there are in all does not enter."""
    settings = {
        "dataset": axes["dataset"],
        "form": axes["form"],
        "seed": config.seed,
        "mosaics": config.mosaics.model_dump(exclude={"rounds", "rounds_per_shard"}),
        "rounds": list(rendering.shard_rounds(config.mosaics, int(axes["shard"]))),
    }
    return Parts(settings)


def of_predictions(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Ask one model for its classes of one shard."""
    model = axes["model"]
    settings = {
        "dataset": axes["dataset"],
        "form": axes["form"],
        "model": describe_model(model, config.models[model]),
    }
    return Parts(settings, [_family(config, model)], _packages_of_model(config, model))


def of_segments(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Segment one shard of mosaics."""
    settings = {
        "seed": config.seed,
        "dataset": axes["dataset"],
        "form": axes["form"],
        "segments": config.segments.model_dump(),
    }
    return Parts(settings)


def of_maps(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Explain one shard by one method and model."""
    model, block = axes["model"], config.methods[axes["method"]]
    settings = {
        "seed": config.seed,
        "dataset": axes["dataset"],
        "form": axes["form"],
        "replicate": axes["replicate"],
        "model": describe_model(model, config.models[model]),
        **_explanation(axes["method"], block),
    }
    packages = [*_packages_of_model(config, model), *(OF_REDRAWS if block.randomized_model else ())]
    files = [file for file in [file_of(block)] if file]
    return Parts(settings, [_family(config, model), *modules_of(block)], packages, files)


def of_scores(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Score one shard of maps by one family of metrics; the settings of other families do not enter."""
    names = ("dataset", "form", "model", "method", "replicate", "family")
    settings = {
        **{name: axes[name] for name in names},
        "metrics": config.metrics[axes["family"]].model_dump(),
    }
    return Parts(settings, [f"metrics.{axes['family']}"])


def of_cost(config: Config, axes: Axes, list_images: ListImages) -> Parts:
    """Tell what the jobs of the run cost; no score is read."""
    return Parts(describe_study(config))


def of_study(config: Config | TableStudyConfig, axes: Axes, list_images: ListImages) -> Parts:
    """Work on the scores of the whole run."""
    families = ["table_study"] if isinstance(config, TableStudyConfig) else config.metrics
    return Parts(describe_study(config), [f"metrics.{family}" for family in families], labels=True)


def of_page(config: Config | TableStudyConfig, axes: Axes, list_images: ListImages) -> Parts:
    """Write the page, which names the versions of everything that its numbers went through."""
    parts = of_study(config, axes, list_images)
    if isinstance(config, TableStudyConfig):
        return parts
    return parts._replace(packages=_packages_of_kinds(config))


def job_text(config: Config | TableStudyConfig, command: str, parts: Parts, packages: Sequence[str]) -> str:
    """Return the canonical JSON of a job; ``command``, its module, and ``packages`` are of its stage."""
    roots = [f"saliometer.{name}" for name in (command, *parts.modules)]
    versions = {name: _version_of(name, config.allow_other_versions) for name in (*packages, *parts.packages)}
    job = {
        "settings": parts.settings,
        "code": code_digests(*roots, files=parts.files, labels=parts.labels),
        "versions": versions,
    }
    return json.dumps(job, sort_keys=True, separators=(",", ":"))


def packages_named(jobs: Iterable[dict]) -> dict[str, str]:
    """Return the versions that some jobs name, by package."""
    return {package: version for job in jobs for package, version in job["versions"].items()}


def _packages_of_kinds(config: Config) -> list[str]:
    """Return the packages that some methods and models alone need."""
    packages = [name for model in config.models for name in _packages_of_model(config, model)]
    for block in config.methods.values():
        packages += OF_SEGMENTS if methods.spec_of(name_of(block)).needs_segments else ()
        packages += OF_REDRAWS if block.randomized_model else ()
    return packages


def _explanation(name: str, block) -> dict:
    """Return the settings by which a block explains a model."""
    return {
        "randomized": block.randomized_model > 0,
        "disconnected": block.disconnected,
        "method": {"name": name, **block.model_dump(exclude=NOT_IN_A_JOB)},
    }


def _family(config: Config, model: str) -> str:
    return f"models.{families.family_of(config.models[model].architecture)}"


def _packages_of_model(config: Config, model: str) -> Sequence[str]:
    return families.packages_of(config.models[model].architecture)


def _version_of(package: str, other_versions: bool) -> str:
    """Return the locked version of a package, or where others are allowed the one that is installed."""
    locked, installed = locked_versions(LOCK)[package], installed_version(package)
    return locked if not (other_versions and installed) or is_same(installed, locked) else installed
