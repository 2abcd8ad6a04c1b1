"""Null control: smooth non-negative noise that has seen neither the mosaic nor the model's answer."""

from difflib import get_close_matches
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import Field, field_validator, model_validator

from saliometer import settings as base
from saliometer.methods import registry
from saliometer.methods.spec import MethodSpec

_shapes: WeakKeyDictionary = WeakKeyDictionary()  # by model; within, by method and size of the mosaic


class Settings(base.Settings):
    """How coarse the noise is: a number, or that of another method's maps."""

    resolution: int | None = Field(
        14, ge=1, le=1024, description="Cells of noise along each side (14: as a CAM at 448 pixels)"
    )
    like: str | None = Field(
        None,
        description="In place of resolution, a method of the package: as many cells as its maps have on the "
        "model, with its default settings",
    )

    @model_validator(mode="before")
    @classmethod
    def _one_of_both(cls, block: Any) -> Any:
        """Let ``like`` stand in place of the default resolution; raises ValueError for both or none."""
        if not isinstance(block, dict):
            return block
        like, resolution = block.get("like"), block.get("resolution")
        if isinstance(like, str) and resolution is not None:
            raise ValueError(f"resolution: {resolution} and like: {like}; give one of the two")
        if like is None and resolution is None and "resolution" in block:
            raise ValueError("resolution: none, and no method in like; give one of them")
        return block if like is None else {**block, "resolution": None}

    @field_validator("like")
    @classmethod
    def _is_a_method(cls, like: str | None) -> str | None:
        """Refuse what is no other method of the package; raises ValueError."""
        others = [name for name in registry.METHODS if name != "random"]
        if like is None or like in others:
            return like
        near = get_close_matches(like, others, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(others)}"
        raise ValueError(f"{like!r} is no other method of the package; {hint}")


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map: none."""
    return 0


def uses(settings):
    """Return the method whose maps the noise resembles."""
    return () if settings.like is None else (settings.like,)


SPEC = MethodSpec(
    label="Random noise",
    control=True,
    stochastic=True,
    upsampling="bilinear",
    inputs_per_map=inputs_per_map,
    uses=uses,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return independent uniform values in [0, 1), (n, h, w), from the seeds alone.

    A mosaic has one seed, so its map is the same for each of its classes: the shares of its tiles sum to one.
    """
    import torch

    shape = (settings.resolution,) * 2 if settings.like is None else _shape_like(settings.like, model, inputs)
    maps = [torch.rand(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(maps).to(inputs.device)


def _shape_like(like, model, inputs):
    """Return the (h, w) of a method's maps of such inputs, asking the network once for each size at most."""
    import torch

    method = registry.describe(like)
    if method.SPEC.upsampling == "none":
        return tuple(inputs.shape[2:])
    if method.SPEC.map_size:
        return method.SPEC.map_size(method.Settings())
    known = _shapes.setdefault(model, {})
    size = (like, *inputs.shape[2:])
    if size not in known:
        result = method.attribute(
            model, inputs[:1], torch.zeros(1, dtype=torch.int64), [0], method.Settings(), micro_batch=1
        )
        known[size] = tuple(getattr(result, "maps", result).shape[1:])
    return known[size]
