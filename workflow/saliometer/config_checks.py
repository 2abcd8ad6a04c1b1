"""Can the methods of a config explain its models, on mosaics of their size?"""

from collections.abc import Mapping

from saliometer.config_methods import models_of, name_of, replicates_of, settings_of
from saliometer.methods import registry
from saliometer.models import Settings as Model
from saliometer.models import families
from saliometer.mosaics import Settings as Mosaics
from saliometer.mosaics import form_names, n_shards

MOST_JOBS = 100_000  # whose plan alone takes Snakemake some minutes


def check_jobs(config) -> None:
    """Refuse a study of more jobs than can be planned and run; raises ValueError.

    Parameters: ``config``, the settings of the whole study.
    """
    explained = [
        (model, len(replicates_of(block, config.replicates)))
        for block in config.methods.values()
        for model in models_of(block, config.models)
    ]
    maps = sum(n_replicates for _, n_replicates in explained)
    of_shard = 2 + len(config.models) + maps * (1 + len(config.metrics))  # mosaics, segments, predictions ...
    n_jobs = n_shards(config.mosaics) * len(config.datasets) * len(form_names(config.forms)) * of_shard
    if n_jobs > MOST_JOBS:
        drawn = config.mosaics
        raise ValueError(
            f"mosaics.rounds: {drawn.rounds:,} in shards of {drawn.rounds_per_shard} make {n_jobs:,} jobs; a "
            f"run holds at most {MOST_JOBS:,}: raise mosaics.rounds_per_shard, or lower rounds"
        )


def check_disconnected(block: str, method, models: Mapping, tile_size: int) -> None:
    """Refuse a disconnected block that has no meaning, or tiles that a model can't see alone.

    Parameters: the name of the block and its settings, the models of the study by name, pixels of a tile's
    side. Raises ValueError.
    """
    why_not = registry.why_not_disconnected(name_of(method), settings_of(method))
    if method.randomized_model:
        why_not = "random weights have no ceiling; give it or randomized_model"
    if why_not:
        raise ValueError(f"methods.{block}.disconnected: {why_not}")
    for name, model in models.items():
        smallest = families.smallest_input(model.architecture, model.weights)
        fixed = families.traits_of(model.architecture).fixed_input
        problem = families.size_problem(*2 * [tile_size], smallest, fixed)
        if problem:
            raise ValueError(
                f"methods.{block}.disconnected: shows models.{name} one tile at a time, and "
                f"{model.architecture} {problem}; change mosaics.tile_size or leave the block out"
            )


def check_model(name: str, model: Model, methods: Mapping, mosaics: Mosaics) -> None:
    """Refuse a model that can't see the mosaics, or that a method of the study can't explain.

    Parameters: the name of a model and its settings, the methods of the study by name, and the settings of
    the mosaics. Raises ValueError.
    """
    traits = families.traits_of(model.architecture)
    smallest = families.smallest_input(model.architecture, model.weights)
    height, width = (side * mosaics.tile_size for side in (mosaics.rows, mosaics.columns))
    problem = families.size_problem(height, width, smallest, traits.fixed_input)
    if problem:
        raise ValueError(
            f"models.{name}: {model.architecture} {problem}, the size of mosaics; "
            "change mosaics.tile_size or the model"
        )
    traits = traits._replace(target_layer=model.target_layer or traits.target_layer)
    for block, method in methods.items():
        if not models_of(method, [name]):
            continue
        why_not = registry.why_not(name_of(method), traits, settings_of(method))
        if why_not:
            raise ValueError(
                f"methods.{block}: can't explain models.{name} ({model.architecture}): {why_not}; or "
                f"leave one of the two out, or list in methods.{block}.models what it can explain"
            )
