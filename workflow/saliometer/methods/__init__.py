"""Saliency methods: ``load`` one by name for a model, then let it explain mosaics.

A module of this folder that declares a ``SPEC`` is a method; ``engines`` holds what they share.
"""

from pathlib import Path

from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.methods.method import Explanation, Method
from saliometer.methods.own_file import is_path
from saliometer.settings import parse

__all__ = ["Explanation", "Method", "load"]


def load(
    name: str,
    model,
    micro_batch: int | None = None,
    block: str | None = None,
    preset: str | None = None,
    **settings,
) -> Method:
    """Make a saliency method ready to explain one model.

    Parameters
    ----------
    name : name of the method, one of ``registry.METHODS``, or the path of a file of your own (.py)
    model : a Model, as ``saliometer.models.load`` returns it
    micro_batch : images that pass through the network together (default: by device and image size)
    block : name that enters the seeds and error messages (default: ``name``, or that of the file without its
        suffix); two blocks of one random method are independent of each other
    preset : name of a preset of the method, such as "published", for the settings that are not given
    **settings : settings of the method, see its ``Settings``

    Raises UserError for an unknown method, preset or setting, a value out of range, and a model whose
    architecture the method can't explain.
    """
    chosen = registry.with_preset(name, preset, settings)
    checked = parse(registry.settings_class(name), chosen, f"method {name}")
    traits = getattr(model, "traits", None)
    block = block or (Path(name).stem if is_path(name) else name)
    why_not = traits and registry.why_not(name, traits, checked)
    if why_not:
        raise UserError(f"method {block} can't explain model {model.name}: {why_not}")
    return Method(name, block, model, checked, micro_batch)
