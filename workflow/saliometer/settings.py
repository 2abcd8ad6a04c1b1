"""The base of every block of settings."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A block of settings: unknown keys, wrong types and infinite numbers are refused.

    Types are strict, so that ``samples: "16"`` is an error and not silently a number; therefore fields
    hold what YAML can spell: ``list`` and ``str``, not ``tuple`` and ``Path``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
