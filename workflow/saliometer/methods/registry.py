"""The saliency methods by name, without torch: what the workflow, the schema and the figures know of them.

A method is a module of this folder with

- ``NAME``, as a config spells it (the module is called so, with ``_plus`` for each "+"), and ``LABEL``, as
  figures write it;
- ``SIGNED``, whether its maps hold negative relevance; ``CONTROL``, whether it is a null control;
- ``EXPLAINS_LAYER``, whether it explains the output of the model's ``target_layer``, as class activation maps
  do, so that a network without such a layer can't be explained by it;
- ``UPSAMPLING``, how scoring brings its maps to the mosaic's size: "bilinear", "nearest" or "none";
- ``Settings``, with a default and one line of description for each key;
- ``attribute(model, inputs, targets, seeds, settings, micro_batch=None)``: a pure function of a Model, its
  normalised inputs (n, 3, H, W), the classes asked (int64 (n,), on the CPU), one seed per map and the
  settings. It returns float32 maps (n, h, w), and passes at most ``micro_batch`` images through the network
  at once (None: all of them).

It may also have

- ``AXIOM``, one word for what the method promises of the sum of a map, such as "completeness"; its
  ``attribute`` then returns an ``engines.attribution.Attribution``, maps with their residuals;
- ``PRESETS``, named values of its settings: "published" are those of the study's released code;
- ``STOCHASTIC = True``: its maps depend on their seeds, so that replicates of it differ;
- ``NEEDS_SEGMENTS = True``: its ``attribute`` gets ``segments``, int32 (n, H, W) in NumPy, the superpixel of
  each pixel of each input, numbered from 0;
- ``inputs_per_map(settings)``, how many inputs pass forward and backward for a map (else one);
- ``map_size(settings)``, the (h, w) of its maps, where its settings alone say it;
- ``uses(settings)``, the names of other methods of the package that its ``attribute`` calls;
- ``signed(settings)``, where SIGNED depends on the settings;
- ``why_not_disconnected(settings)``: why its maps of a network that sees tiles apart from each other
  (``models.disconnected``) would be wrong, in such words;
- ``why_not(traits)``: why it can't explain an architecture of these traits (a row of
  ``models.architectures``), in words that go on after "can't explain NAME: "; None where it can.

Methods import torch, and the engines that they share, inside functions only. A method may also be a file of
the user's own: its name is then the file's path.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from saliometer.errors import UserError
from saliometer.methods.own_file import is_path, load_file
from saliometer.settings import Settings

PACKAGE = __package__
NO_METHODS = ("registry", "own_file")
NO_LAYER = (
    "explains the output of a layer with a spatial output, and it has none; name a layer as its target_layer"
)


def _name_of(module: str) -> str:
    """Return the NAME of the method in a module: ``gradcam_plus_plus`` holds "gradcam++"."""
    return module.replace("_plus", "+")


# By file names alone: a job imports, and depends on, only the method that it names.
METHODS: dict[str, str] = dict(
    sorted(
        (_name_of(module.name), module.name)
        for module in iter_modules(import_module(PACKAGE).__path__)
        if not module.ispkg and module.name not in NO_METHODS
    )
)


def module_name(name: str) -> str:
    """Return the module of a method within the package ``saliometer.methods``.

    Raises UserError with the nearest known name for one that does not exist.
    """
    if name in METHODS:
        return METHODS[name]
    near = get_close_matches(name, METHODS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(METHODS)}"
    raise UserError(f"method {name!r} is unknown; {hint}")


def describe(name: str) -> ModuleType:
    """Return the module of a method, by its name or the path of its file.

    Raises UserError for an unknown name, and for a file that is no method.
    """
    if is_path(name):
        return load_file(name)
    return import_module(f"{PACKAGE}.{module_name(name)}")


def settings_class(name: str) -> type[Settings]:
    """Return the settings model of a method; raises UserError for an unknown name."""
    return describe(name).Settings


def inputs_per_map(name: str, settings: Settings) -> int:
    """Return how many inputs of the network a map of the method needs."""
    module = describe(name)
    return module.inputs_per_map(settings) if hasattr(module, "inputs_per_map") else 1


def stochastic(name: str) -> bool:
    """Return whether the maps of a method depend on their seeds."""
    return getattr(describe(name), "STOCHASTIC", False)


def signed(name: str, settings: Settings) -> bool:
    """Return whether the maps of a method with these settings hold negative relevance."""
    module = describe(name)
    return module.signed(settings) if hasattr(module, "signed") else module.SIGNED


def axiom(name: str) -> str | None:
    """Return the word of what a method promises of the sum of a map; None where it promises nothing."""
    return getattr(describe(name), "AXIOM", None)


def needs_segments(name: str) -> bool:
    """Return whether a method works on superpixels of the mosaics."""
    return getattr(describe(name), "NEEDS_SEGMENTS", False)


def presets(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the named values of a method's settings, such as "published"; {} where it has none."""
    return getattr(describe(name), "PRESETS", {})


def with_preset(name: str, preset: str | None, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over those of a preset, None being no preset; raises UserError for an unknown one."""
    if preset is None:
        return dict(settings)
    known = presets(name)
    if not isinstance(preset, str) or preset not in known:
        hint = f"choose one of {', '.join(known)}" if known else "it has none; leave preset out"
        raise UserError(f"method {name}: preset {preset!r} is unknown; {hint}")
    return {**known[preset], **settings}


def uses(name: str, settings: Settings) -> tuple[str, ...]:
    """Return the names of the other methods that a method with these settings calls."""
    module = describe(name)
    return module.uses(settings) if hasattr(module, "uses") else ()


def why_not_disconnected(name: str, settings: Settings) -> str | None:
    """Say why a method with these settings can't explain a disconnected grid; None where it can.

    A method that asks the model for logits, or for its target layer through the engine of class activation
    maps, needs to know nothing of the grid.
    """
    module = describe(name)
    if module.CONTROL:
        return "it is a control, and asks no network"
    return module.why_not_disconnected(settings) if hasattr(module, "why_not_disconnected") else None


def why_not(name: str, traits, settings: Settings | None = None) -> str | None:
    """Say why a method can't explain an architecture of these traits; None where it can.

    Parameters: ``traits``, a row of ``models.architectures``, with the ``target_layer`` that is really used;
    ``settings``, those of the method, for the methods that it calls, which must be able to explain it too.
    """
    module = describe(name)
    if module.EXPLAINS_LAYER and traits.target_layer is None:
        return NO_LAYER
    own = module.why_not(traits) if hasattr(module, "why_not") else None
    called = () if settings is None else uses(name, settings)
    reasons = ((other, why_not(other, traits)) for other in called)
    return own or next((f"it calls {other}, which {reason}" for other, reason in reasons if reason), None)
