"""Settings of a block of ``models``."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from saliometer import settings
from saliometer.errors import UserError
from saliometer.models import families

Mean = Annotated[float, Field(ge=0, le=1)]
Deviation = Annotated[float, Field(gt=0)]


class Settings(settings.Settings):
    """One network with its weights and preprocessing."""

    architecture: str | None = Field(
        None,
        description="efficientnet_lite0, the name of a torchvision classifier, or a B-cos network: "
        "bcos_resnet50, bcos_vgg11_bnu ... (default: the block's name)",
    )
    weights: str | None = Field(
        "DEFAULT",
        min_length=1,
        description="DEFAULT, a name of weights that torchvision or the authors of B-cos publish, a path to "
        "a state dict (.pth, .safetensors), or none: random initial weights, the same in every run",
    )
    mean: list[Mean] | None = Field(
        None,
        min_length=3,
        max_length=3,
        description="mean of red, green and blue in [0, 1] that is subtracted "
        "(default: what goes with the weights)",
    )
    sd: list[Deviation] | None = Field(
        None,
        min_length=3,
        max_length=3,
        description="standard deviation of red, green and blue in units of [0, 1] that is divided by "
        "(default: what goes with the weights)",
    )
    download: bool = Field(False, description="fetch missing named weights from where they are published")
    target_layer: str | None = Field(
        None,
        min_length=1,
        description="module that CAM methods explain, by its dotted name, its output laid out as that of the "
        "default: the family's last spatial layer (of a vision transformer, what its last attention sees)",
    )
    autocast: bool = Field(
        False,
        description="let torch pass mosaics in bfloat16 where it holds that safe: faster on GPUs with tensor "
        "cores, and other results (lrp stays in float32)",
    )

    @field_validator("architecture")
    @classmethod
    def _architecture_exists(cls, architecture: str | None) -> str | None:
        if architecture is not None:
            _as_value_error(families.family_of, architecture)
        return architecture

    @field_validator("weights", mode="before")
    @classmethod
    def _none_is_null(cls, weights: object) -> object:
        return families.read_weights(weights) if isinstance(weights, str) else weights

    @field_validator("weights")
    @classmethod
    def _weights_exist(cls, weights: str | None, info: ValidationInfo) -> str | None:
        architecture = info.data.get("architecture")
        if architecture is not None:
            _as_value_error(families.check_weights, architecture, weights)
        return weights

    @field_validator("mean", "sd")
    @classmethod
    def _is_normalised(cls, values: list[float] | None, info: ValidationInfo) -> list[float] | None:
        architecture = info.data.get("architecture")
        if values is not None and architecture is not None:
            _as_value_error(families.check_normalised, architecture)
        return values


def _as_value_error(check, *arguments) -> None:
    """Turn a UserError into the ValueError that pydantic gathers with the key's path."""
    try:
        check(*arguments)
    except UserError as error:
        raise ValueError(str(error)) from None
