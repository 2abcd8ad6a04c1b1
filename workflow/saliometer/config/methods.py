"""The blocks of ``methods`` in a configuration: of the package's methods, and of files of the user's own."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, create_model, model_validator

from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.methods.own_file import FILE, PRESET, is_path
from saliometer.settings import Settings, parse

MOST_REDRAWS = 100
OF_PRESETS = (
    "named values for the keys that are not given: published is what the study's released code computes"
)


class EveryMethod(Settings):
    """The keys that every block of a method has."""

    randomized_model: int = Field(
        0,
        ge=0,
        le=MOST_REDRAWS,
        description="Makes the block a null control: in place of the model it explains so many networks with "
        "all weights drawn anew",
    )
    models: list[str] | None = Field(
        None, min_length=1, description="Blocks of models that it explains (default: all of the study)"
    )
    disconnected: bool = Field(
        False,
        description="Makes the block a positive anchor: in place of the model it explains one that sees each "
        "tile on its own, where nothing outside the target's tiles can matter",
    )


class FileMethod(EveryMethod):
    """A method of the user's own; its other keys are those of the file's ``Settings``, defaults filled in."""

    model_config = ConfigDict(extra="allow")

    method: Literal[FILE] = Field(description="file, as a block with the key file need not say.")
    file: str = Field(pattern=r"\.py$", description="path of a Python file with a method in it")

    @model_validator(mode="before")
    @classmethod
    def _as_the_file_says(cls, block: Any) -> Any:
        """Check the keys of the method by its file; raises ValueError."""
        if not (isinstance(block, Mapping) and is_path(block.get(FILE))):
            return block  # to be refused by the types
        of_file = {key: block[key] for key in ("method", FILE)}
        common = {key: block[key] for key in EveryMethod.model_fields if key in block}
        keys = {key: value for key, value in block.items() if key not in (*of_file, *common, PRESET)}
        try:
            keys = registry.with_preset(block[FILE], block.get(PRESET), keys)
            settings = parse(registry.settings_class(block[FILE]), keys, block[FILE])
        except UserError as error:
            raise ValueError(str(error)) from None
        return {**of_file, **common, **settings.model_dump()}


def _method_block(name: str) -> type[Settings]:
    """Return a method's settings with the key that tells it from other methods, and that of its presets."""
    module, presets = registry.describe(name), tuple(registry.spec_of(name).presets)
    keys: dict[str, Any] = {"method": (Literal[name], Field(description=f"{module.SPEC.label}."))}
    if presets:
        keys[PRESET] = (Literal[presets] | None, Field(None, exclude=True, description=OF_PRESETS))
    title = f"method_{registry.module_name(name)}"
    return create_model(
        title, __base__=(EveryMethod, module.Settings), __doc__=module.Settings.__doc__, **keys
    )


METHODS = {name: _method_block(name) for name in registry.METHODS}


def with_presets(blocks: Any) -> Any:
    """Replace each preset that a block of a package's method names by its values.

    So nothing but settings is left, and a preset and its settings spelled out are one and the same. What is
    not right is left as it is, to be refused.
    """
    return (
        {name: _with_preset(block) for name, block in blocks.items()}
        if isinstance(blocks, Mapping)
        else blocks
    )


def _with_preset(block: Any) -> Any:
    if not (isinstance(block, Mapping) and isinstance(block.get(PRESET), str)):
        return block
    if not (isinstance(block.get("method"), str) and block["method"] in METHODS):
        return block
    values = registry.spec_of(block["method"]).presets.get(block[PRESET])
    return block if values is None else {**values, **{key: block[key] for key in block if key != PRESET}}


def name_of(block: Settings) -> str:
    """Return by what name the registry knows the method of a block: its own, or the path of its file."""
    return block.file if isinstance(block, FileMethod) else block.method


def settings_of(block: Settings) -> Settings:
    """Return the settings of a block's method, as its functions want them."""
    if isinstance(block, FileMethod):
        return registry.settings_class(name_of(block))(**block.model_extra)
    return block


def files_of_methods(settings: Settings) -> dict[str, Path]:
    """Return the files of a study's own methods, by the name of their block; {} for a study of tables."""
    blocks = getattr(settings, "methods", {}).items()
    return {name: Path(block.file).expanduser() for name, block in blocks if isinstance(block, FileMethod)}


def models_of(block: EveryMethod, models: Iterable[str]) -> list[str]:
    """Return which of a study's models a block explains, in the study's order: all, unless it names some."""
    return [name for name in models if block.models is None or name in block.models]


def file_of(block: Settings) -> Path | None:
    """Return the file of a user's own method; None for a method of the package."""
    return Path(block.file).expanduser() if isinstance(block, FileMethod) else None


def modules_of(block: EveryMethod) -> list[str]:
    """Return the modules of the package that a block is, calls, or has its network changed by."""
    called = registry.spec_of(name_of(block)).uses(settings_of(block))
    names = called if file_of(block) else (block.method, *called)
    named = [f"methods.{registry.module_name(name)}" for name in names]
    if block.randomized_model:
        named.append("stages.redraws")
    if block.disconnected:
        named.append("models.disconnected")
    return named


def replicates_of(block: Settings, replicates: int) -> list[str]:
    """Return the numbers of a block's replicates.

    Those are the networks that it explains, where their weights are drawn anew; else ``replicates``
    repetitions of a stochastic method, and one of any other, which would only compute the same again.
    """
    repeated = replicates if registry.spec_of(name_of(block)).stochastic else 1
    return [str(number) for number in range(block.randomized_model or repeated)]
