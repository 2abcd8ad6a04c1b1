"""Checks of which methods explain which models, and of the named groups that mix networks."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

FEWEST_NETWORKS = 2  # a group on one network would be no more than its scope


def check_pairs(given: Mapping[str, Sequence[str] | None], models: Sequence[str]) -> None:
    """Refuse models that are not there, and models that no method explains; raises ValueError.

    Parameters: ``given``, what each block of methods says that it explains, None for all; ``models``, the
    blocks that there are.
    """
    for method, listed in given.items():
        _check_names(f"methods.{method}.models", listed or [], "models", models)
    for model in models:
        if all(listed is not None and model not in listed for listed in given.values()):
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
