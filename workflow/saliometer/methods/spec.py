"""What the workflow, the schema and the figures know of a saliency method: one value, without torch."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

Text = Annotated[str, Field(pattern=r"\S")]


def _one(settings: Any) -> int:
    return 1


def _none(settings: Any) -> tuple[str, ...]:
    return ()


def _nothing(asked: Any) -> None:
    return None


@dataclass(frozen=True, kw_only=True, config=ConfigDict(strict=True, extra="forbid"))
class MethodSpec:
    """What a method is.

    Attributes
    ----------
    label : its name in figures
    signed : whether its maps hold negative relevance, or a function of the settings that tells
    control : whether it is a null control, which has not seen the class asked for
    explains_layer : whether it explains the output of the model's ``target_layer``, as class activation maps
        do, so that a network without such a layer can't be explained by it
    stochastic : whether its maps depend on their seeds, so that replicates of it differ
    needs_segments : whether its ``attribute`` gets ``segments``, int32 (n, H, W) in NumPy, the superpixel of
        each pixel of each input, numbered from 0
    upsampling : how scoring brings its maps to the mosaic's size, "none" where they have it
    axiom : one word for what it promises of the sum of a map, such as "completeness"; its ``attribute`` then
        returns an ``engines.attribution.Attribution``, maps with their residuals
    presets : named values of its settings; "published" are those of the study's released code
    inputs_per_map : of the settings, how many inputs pass forward and backward for a map
    map_size : of the settings, the (h, w) of its maps, where these alone say it
    uses : of the settings, the names of other methods of the package that its ``attribute`` calls
    why_not : of an architecture's traits (a row of ``models.architectures``), why it can't explain it, in
        words that go on after "can't explain NAME: "; None where it can
    why_not_disconnected : of the settings, why its maps of a network that sees tiles apart from each other
        (``models.disconnected``) would be wrong, in such words
    """

    label: Text
    signed: bool | Callable[[Any], bool] = False
    control: bool = False
    explains_layer: bool = False
    stochastic: bool = False
    needs_segments: bool = False
    upsampling: Literal["bilinear", "nearest", "none"] = "none"
    axiom: Text | None = None
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inputs_per_map: Callable[[Any], int] = _one
    map_size: Callable[[Any], tuple[int, int]] | None = None
    uses: Callable[[Any], tuple[str, ...]] = _none
    why_not: Callable[[Any], str | None] = _nothing
    why_not_disconnected: Callable[[Any], str | None] = _nothing

    def is_signed(self, settings: Any) -> bool:
        """Return whether maps with these settings hold negative relevance."""
        return self.signed if isinstance(self.signed, bool) else self.signed(settings)
