"""Questions about architectures and their weights that need no torch: the workflow plans with this alone.

A family is a module of this folder with ``ARCHITECTURES``, its rows of the table, and ``build(architecture,
weights, download) -> Built``; ``PACKAGES`` names what its networks run beside torch and torchvision, if
anything. It is called as the names of its architectures begin; all others are torchvision's. So the family
follows from the name, and only that family is imported.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from saliometer.errors import UserError
from saliometer.kinds import kinds_in
from saliometer.models.architectures import Architectures

PACKAGE = __package__
OF_ALL_OTHERS = "torchvision"
V1 = "IMAGENET1K_V1"


def traits_of(architecture: str) -> Architectures:
    """Return the row of the table of architectures; raises UserError with the nearest name for none."""
    for row in _table(_family_called(architecture)):
        if architecture in row.names:
            return row
    near = get_close_matches(architecture, names(), n=1, cutoff=0.4)
    others = "take efficientnet_lite0, bcos_resnet50 or a torchvision classifier"
    hint = f"did you mean {near[0]!r}?" if near else others
    raise UserError(f"architecture {architecture!r} is unknown; {hint}")


def family_of(architecture: str) -> str:
    """Return the module that builds an architecture: "bcos", "efficientnet_lite" or "torchvision".

    Raises UserError with the nearest name for one that nobody builds.
    """
    traits_of(architecture)
    return _family_called(architecture)


def family_module(family: str) -> ModuleType:
    """Return the module of a family."""
    return import_module(f"{PACKAGE}.{family}")


def packages_of(architecture: str) -> tuple[str, ...]:
    """Return the packages, beside torch and torchvision, whose code an architecture's network runs."""
    return getattr(family_module(family_of(architecture)), "PACKAGES", ())


def names() -> list[str]:
    """Return the names of all architectures, sorted; imports every family."""
    return sorted(name for module in _modules() for row in _table(module) for name in row.names)


def _family_called(architecture: str) -> str:
    """Return the family whose name an architecture's begins with, the longest such name."""
    return max(filter(architecture.startswith, _modules()), key=len, default=OF_ALL_OTHERS)


@cache
def _modules() -> list[str]:
    return list(kinds_in(Path(__file__).parent, "ARCHITECTURES"))


def _table(module: str) -> Sequence[Architectures]:
    """Return a family's rows."""
    return family_module(module).ARCHITECTURES


def weights_names(architecture: str) -> tuple[str, ...]:
    """Return the names that ``weights`` may have for an architecture, "DEFAULT" first."""
    return ("DEFAULT", *traits_of(architecture).weights)


def smallest_input(architecture: str, weights: str | None = "DEFAULT") -> int:
    """Return the least height and width in pixels, or the only one of a network of fixed input.

    Weights by path are taken for ones of the usual size.
    """
    traits = traits_of(architecture)
    if weights == "DEFAULT" and V1 not in traits.weights:
        weights = next(iter(traits.weights), None)
    return traits.sizes.get(weights, traits.smallest_input)


def size_problem(height: int, width: int, smallest: int, fixed: bool) -> str | None:
    """Say why a network does not take images of so many pixels; None when it takes them.

    Parameters: ``smallest``, the least height and width, or with ``fixed`` the only ones.
    """
    fits = height == width == smallest if fixed else min(height, width) >= smallest
    if fits:
        return None
    return f"takes {'exactly' if fixed else 'at least'} {smallest}x{smallest} pixels, not {height}x{width}"


def read_weights(weights: str | None) -> str | None:
    """Return what a ``weights`` setting means: the word none, as YAML users write it, is None."""
    return None if weights is not None and weights.lower() == "none" else weights


def weights_path(weights: str | None) -> Path | None:
    """Return the file that a ``weights`` setting names, or None where it is a name or no weights.

    Whatever holds a slash or ends in a suffix (``.pth``, ``.safetensors``) is a path: what a setting means
    must not depend on which files lie about. Raises UserError for the home folder of an unknown user.
    """
    if weights is None or not ("/" in weights or Path(weights).suffix):
        return None
    try:
        return Path(weights).expanduser()
    except RuntimeError:
        raise UserError(f"weights {weights!r}: no such user; give the whole path") from None


def check_weights(architecture: str, weights: str | None) -> None:
    """Raise UserError unless ``weights`` is a name that the architecture has, a path or None."""
    names = weights_names(architecture)
    if weights is None or weights in names or weights_path(weights):
        return
    raise UserError(
        f"weights {weights!r}: {architecture} has {', '.join(names)}; or give none, or a path with its suffix"
    )


def check_normalised(architecture: str) -> None:
    """Raise UserError where ``mean`` and ``sd`` do not apply, because pixels are not normalised."""
    if traits_of(architecture).complements:
        raise UserError(
            f"{architecture} takes pixels of [0, 1] and their complements as they are, so mean and sd do not "
            "apply; leave them out"
        )
