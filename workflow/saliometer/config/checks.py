"""Can the methods of a config explain its models, on mosaics of their size?"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from saliometer.config.methods import models_of, name_of, replicates_of, settings_of
from saliometer.methods import registry
from saliometer.models import Settings as Model
from saliometer.models import families
from saliometer.mosaics.rendering import Settings as Mosaics
from saliometer.mosaics.rendering import form_names, n_shards

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


FEWEST_NETWORKS = 2  # a group on one network would be no more than its scope


def check_pairs(explained: Mapping[str, Sequence[str] | None], models: Sequence[str]) -> None:
    """Refuse models that are not there, and models that no method explains; raises ValueError.

    Parameters: ``explained``, what each block of methods says that it explains, None for all; ``models``, the
    blocks that there are.
    """
    for method, listed in explained.items():
        _check_names(f"methods.{method}.models", listed or [], "models", models)
    for model in models:
        if all(listed is not None and model not in listed for listed in explained.values()):
            raise ValueError(
                f"models.{model}: no method explains it; add it to a method's models or leave it out"
            )


def check_groups(
    groups: Mapping[str, Mapping[str, Sequence[str]]],
    models: Sequence[str],
    explains: Mapping[str, Sequence[str]],
) -> None:
    """Refuse groups of methods that can't be ranked; raises ValueError.

    Parameters: ``groups``, for each group the methods of each of its models; ``explains``, the models of each
    block of methods.
    """
    for group, members in groups.items():
        path = f"comparisons.{group}"
        if group.casefold() in (model.casefold() for model in models):
            raise ValueError(
                f"{path}: a model has this name, and both stand in the column model; rename the comparison"
            )
        _check_names(path, list(members), "models", models)
        placed: dict[str, str] = {}
        for model, methods in members.items():
            _check_names(f"{path}.{model}", methods, "methods", list(explains))
            for method in methods:
                if model not in explains[method]:
                    raise ValueError(
                        f"{path}.{model}: {method} does not explain it; add it to methods.{method}.models"
                    )
                if method in placed:
                    raise ValueError(
                        f"{path}: {method} stands for {placed[method]} and for {model}; a comparison ranks "
                        "each method on one network"
                    )
                placed[method] = model


def _check_names(path: str, listed: Sequence[str], section: str, known: Sequence[str]) -> None:
    for number, name in enumerate(listed):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise ValueError(f"{path}: {name!r} is none of the blocks of {section}; {hint}")
        if name in listed[:number]:
            raise ValueError(f"{path}: {name!r} is listed more than once; list it once")
