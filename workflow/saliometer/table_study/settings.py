"""What a table of scores can't say of itself."""

from typing import Literal

from pydantic import Field

from saliometer import settings


class Settings(settings.Settings):
    """What is said of the metrics and methods of a table."""

    higher_is_better: list[str] = Field(
        default_factory=list, description="Metrics of the table whose higher scores are better"
    )
    lower_is_better: list[str] = Field(
        default_factory=list, description="Metrics of the table whose lower scores are better"
    )
    controls: list[str] = Field(
        default_factory=list, description="Methods of the table that are null controls, not to be ranked"
    )


class Intervals(settings.Settings):
    """How intervals are computed; clusters are the table's own."""

    confidence: float = Field(0.95, ge=0.5, le=0.999, description="Confidence level of every interval")
    smallest_difference: float = Field(
        0.0,
        ge=0,
        allow_inf_nan=False,
        description="Smallest difference of two means that matters, in the metrics' own unit; smaller "
        "ones that are told apart are named as such",
    )


class DatasetSettings(Settings):
    """Scores that were computed elsewhere: no image is read. A run has data sets of this kind alone."""

    source: Literal["scores"] = Field(description="scores, as a block with the key scores need not say.")
    scores: str = Field(
        pattern=r"\.(csv|parquet)$",
        description="path of a table of scores: columns item, method, metric and score, and optionally "
        "cluster, replicate, form and model; or a table scores of this program",
    )
