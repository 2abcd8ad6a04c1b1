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
  at once (None: all of them);
- optionally ``inputs_per_map(settings)``, how many inputs pass forward and backward for a map (else one).

Methods import torch, and the engines that they share, inside functions only.
"""

from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from saliometer.errors import UserError
from saliometer.settings import Settings

PACKAGE = __package__
THIS = __name__.rpartition(".")[2]


def _name_of(module: str) -> str:
    """Return the NAME of the method in a module: ``gradcam_plus_plus`` holds "gradcam++"."""
    return module.replace("_plus", "+")


# By file names alone: a job imports, and depends on, only the method that it names.
METHODS: dict[str, str] = dict(
    sorted(
        (_name_of(module.name), module.name)
        for module in iter_modules(import_module(PACKAGE).__path__)
        if not module.ispkg and module.name != THIS
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
    """Return the module of a method; raises UserError for an unknown name."""
    return import_module(f"{PACKAGE}.{module_name(name)}")


def settings_class(name: str) -> type[Settings]:
    """Return the settings model of a method; raises UserError for an unknown name."""
    return describe(name).Settings


def inputs_per_map(name: str, settings: Settings) -> int:
    """Return how many inputs of the network a map of the method needs."""
    module = describe(name)
    return module.inputs_per_map(settings) if hasattr(module, "inputs_per_map") else 1
