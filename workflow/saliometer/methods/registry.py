"""The saliency methods by name, without torch: what the workflow, the schema and the figures know of them.

A method is a module of this folder, called as a config spells it (with ``_plus`` for each "+"), with

- ``SPEC``, a ``spec.MethodSpec``: what the method is;
- ``Settings``, with a default and one line of description for each key;
- ``attribute(model, inputs, targets, seeds, settings, micro_batch=None)``: a pure function of a Model, its
  normalised inputs (n, 3, H, W), the classes asked (int64 (n,), on the CPU), one seed per map and the
  settings. It returns float32 maps (n, h, w), and passes at most ``micro_batch`` images through the network
  at once (None: all of them).

Methods import torch, and the engines that they share, inside functions only. A method may also be a file of
the user's own: its name is then the file's path.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from saliometer.errors import UserError
from saliometer.kinds import kinds_in
from saliometer.methods.own_file import is_path, load_file
from saliometer.methods.spec import MethodSpec
from saliometer.settings import Settings

PACKAGE = __package__
NO_LAYER = (
    "explains the output of a layer with a spatial output, and it has none; name a layer as its target_layer"
)


# By the texts of the modules alone: a job imports, and depends on, only the method that it names.
METHODS: dict[str, str] = dict(
    sorted((module.replace("_plus", "+"), module) for module in kinds_in(Path(__file__).parent, "SPEC"))
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


def spec_of(name: str) -> MethodSpec:
    """Return what a method is, by its name or the path of its file; raises UserError as ``describe`` does."""
    return describe(name).SPEC


def settings_class(name: str) -> type[Settings]:
    """Return the settings model of a method; raises UserError for an unknown name."""
    return describe(name).Settings


def with_preset(name: str, preset: str | None, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over those of a preset, None being no preset; raises UserError for an unknown one."""
    if preset is None:
        return dict(settings)
    known = spec_of(name).presets
    if not isinstance(preset, str) or preset not in known:
        hint = f"choose one of {', '.join(known)}" if known else "it has none; leave preset out"
        raise UserError(f"method {name}: preset {preset!r} is unknown; {hint}")
    return {**known[preset], **settings}


def why_not_disconnected(name: str, settings: Settings) -> str | None:
    """Say why a method with these settings can't explain a disconnected grid; None where it can.

    A method that asks the model for logits, or for its target layer through the engine of class activation
    maps, needs to know nothing of the grid.
    """
    spec = spec_of(name)
    return "it is a control, and asks no network" if spec.control else spec.why_not_disconnected(settings)


def why_not(name: str, traits, settings: Settings | None = None) -> str | None:
    """Say why a method can't explain an architecture of these traits; None where it can.

    Parameters: ``traits``, a row of ``models.architectures``, with the ``target_layer`` that is really used;
    ``settings``, those of the method, for the methods that it calls, which must be able to explain it too.
    """
    spec = spec_of(name)
    if spec.explains_layer and traits.target_layer is None:
        return NO_LAYER
    its_reason = spec.why_not(traits)
    called = () if settings is None else spec.uses(settings)
    reasons = ((other, why_not(other, traits)) for other in called)
    return its_reason or next(
        (f"it calls {other}, which {reason}" for other, reason in reasons if reason), None
    )
