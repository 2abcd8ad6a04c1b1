"""The base of every block of settings."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from saliometer.errors import UserError


class Settings(BaseModel):
    """A block of settings: unknown keys, wrong types and infinite numbers are refused.

    Types are strict, so that ``samples: "16"`` is an error and not silently a number; therefore fields
    hold what YAML can spell: ``list`` and ``str``, not ``tuple`` and ``Path``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Block = TypeVar("Block", bound=Settings)


def parse(model: type[Block], block: Mapping[str, Any], where: str) -> Block:
    """Check a plain block, as a job's JSON or a caller in Python gives it.

    Parameters: ``where``, the words that name the block in a message.
    Raises UserError that names the first bad key, what is wrong with it, and the keys that there are.
    """
    try:
        return model.model_validate(dict(block))
    except ValidationError as error:
        first = error.errors()[0]
        path = ": ".join(filter(None, [where, ".".join(map(str, first["loc"]))]))
        keys = ", ".join(model.model_fields) or "none"
        raise UserError(f"{path}: {first['msg']} (settings: {keys})") from None
