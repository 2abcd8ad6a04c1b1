"""The whole configuration: gathers the settings that live beside the code they set, and checks them.

Nothing that computes imports this module, so a new setting here makes no result stale; and it imports no
torch, so that the workflow plans without it.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from typing_extensions import TypedDict

from saliometer.config.checks import (
    FEWEST_NETWORKS,
    check_disconnected,
    check_groups,
    check_jobs,
    check_model,
    check_pairs,
)
from saliometer.config.errors import one_line
from saliometer.config.input import SCORES, blocks_of_names, check_sound, filled_in, laid_over, read_again
from saliometer.config.methods import METHODS, FileMethod, models_of, name_of, with_presets
from saliometer.config.names import NAME_SCHEMA, NAMES_SCHEMA, Distinct, Name
from saliometer.errors import UserError
from saliometer.images import sources
from saliometer.methods import registry as methods
from saliometer.metrics import OWN_ANCHORS, describe
from saliometer.metrics.registry import FAMILIES
from saliometer.models import Settings as Model
from saliometer.mosaics.rendering import Forms
from saliometer.mosaics.rendering import Settings as Mosaics
from saliometer.mosaics.segments import Settings as Segments
from saliometer.reliability.clustering.intervals import Settings as Intervals
from saliometer.settings import Settings
from saliometer.table_study.settings import DatasetSettings as TableDataset
from saliometer.table_study.settings import Intervals as TableStudyIntervals

# The key of a named block that says what it is; without it, the block's name says it.
DECIDING_KEYS = {"datasets": "source", "models": "architecture", "methods": "method"}
PLAIN_BLOCKS = ("mosaics", "forms", "segments", "intervals", "compute")


def _counting_keys(described: dict) -> None:
    """Say the least number of blocks as JSON schemas do; pydantic takes it for that of letters."""
    described["minProperties"] = described.pop("minLength")


def _one_of(blocks: dict[str, type[Settings]], key: str) -> Any:
    return Annotated[reduce(or_, blocks.values()), Field(discriminator=key)]


SOURCES = {name: sources.source_module(name).Settings for name in sources.SOURCES}
Source = _one_of(SOURCES, DECIDING_KEYS["datasets"])
Method = _one_of({**METHODS, "file": FileMethod}, DECIDING_KEYS["methods"])
Group = Annotated[dict[str, Annotated[list[str], Field(min_length=1)]], Field(min_length=FEWEST_NETWORKS)]
METRICS = {family: describe(family).Settings for family in FAMILIES}
Metrics = TypedDict("Metrics", METRICS, total=False)
Metrics.__pydantic_config__ = ConfigDict(extra="forbid")


class Compute(Settings):
    """How the work is done; nothing here changes a result beyond rounding, and nothing makes one stale."""

    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where networks run: auto takes a CUDA GPU if there is one"
    )
    micro_batch: int | None = Field(
        None, ge=1, le=4096, description="Mosaics that a network sees at once (default: chosen per device)"
    )


OTHER_VERSIONS = Field(
    False,
    description="Compute with what is installed where that is not what envs/lock.txt says, and tell so in "
    "every result; without it, a difference is one line before any job",
)


class Config(Settings):
    """A study."""

    run: Name = Field(
        "demo", json_schema_extra=NAME_SCHEMA, description="Name of the run, and of its folder in results/"
    )
    seed: int = Field(42, ge=0, description="Seed of everything that is drawn")
    datasets: Annotated[dict[Name, Source], Distinct] = Field(
        min_length=1,
        json_schema_extra=NAMES_SCHEMA,
        description="Sets of labelled images, each a named block with its source",
    )
    mosaics: Mosaics = Field(default_factory=Mosaics, description="How mosaics are drawn and rendered")
    forms: Forms = Field(
        default_factory=Forms, description="Parallel forms of the mosaics, which every method explains too"
    )
    replicates: int = Field(
        1,
        ge=1,
        le=100,
        description="How often every stochastic method explains the same mosaics, each time with new seeds",
    )
    models: Annotated[dict[Name, Model], Distinct] = Field(
        min_length=1, json_schema_extra=NAMES_SCHEMA, description="Image classifiers, each a named block"
    )
    methods: Annotated[dict[Name, Method], Distinct] = Field(
        min_length=1,
        json_schema_extra=NAMES_SCHEMA,
        description="Saliency methods and controls, each a named block",
    )
    comparisons: Annotated[dict[Name, Group], Distinct] = Field(
        {},
        json_schema_extra=NAMES_SCHEMA,
        description="Named groups that rank methods each on its own network: names of models, each with a "
        "list of the methods that stand for it",
    )
    metrics: Annotated[Metrics, BeforeValidator(blocks_of_names)] = Field(
        ["classification"],
        min_length=1,
        validate_default=True,
        json_schema_extra=_counting_keys,
        description="Families of metrics that score the maps: a list of their names, or a block of each name",
    )
    segments: Segments = Field(
        default_factory=Segments,
        description="How mosaics are cut into superpixels, for methods that need them",
    )
    intervals: Intervals = Field(default_factory=Intervals, description="How intervals are computed")
    compute: Compute = Field(default_factory=Compute, description="How the work is done")
    allow_other_versions: bool = OTHER_VERSIONS

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        """Let a block with nothing in it mean its defaults, and a block's name mean what it is."""
        filled = filled_in(data, PLAIN_BLOCKS, DECIDING_KEYS)
        if isinstance(filled, dict) and "methods" in filled:
            filled["methods"] = with_presets(filled["methods"])
        return filled

    @model_validator(mode="after")
    def _fits_together(self) -> "Config":
        """Refuse combinations across blocks that can't be computed; raises ValueError."""
        n_tiles = self.mosaics.rows * self.mosaics.columns
        if self.forms.rotations >= n_tiles:
            raise ValueError(
                f"forms.rotations: {self.forms.rotations} of mosaics of {n_tiles} tiles; give at most "
                f"{n_tiles - 1}, since the next one is the original again"
            )
        if self.intervals.clusters == "target_image" and self.mosaics.target_tiles != 1:
            raise ValueError(
                "intervals.clusters: 'target_image' needs mosaics.target_tiles: 1, "
                f"not {self.mosaics.target_tiles}"
            )
        for name, method in self.methods.items():
            if name in OWN_ANCHORS:
                raise ValueError(
                    f"methods.{name}: is the name of an anchor that every map has of its own; choose another"
                )
            if method.randomized_model and methods.spec_of(name_of(method)).control:
                raise ValueError(
                    f"methods.{name}.randomized_model: is a control with any weights; leave the key out"
                )
            if method.disconnected:
                check_disconnected(name, method, self.models, self.mosaics.tile_size)
        explains = {name: models_of(method, self.models) for name, method in self.methods.items()}
        check_pairs({name: method.models for name, method in self.methods.items()}, list(self.models))
        check_groups(self.comparisons, list(self.models), explains)
        check_jobs(self)
        for name, model in self.models.items():
            check_model(name, model, self.methods, self.mosaics)
        return self


class TableStudyConfig(Settings):
    """A study of scores that were computed elsewhere: no images, models or methods."""

    run: Name = Field(
        "demo", json_schema_extra=NAME_SCHEMA, description="Name of the run, and of its folder in results/"
    )
    datasets: Annotated[dict[Name, TableDataset], Distinct] = Field(
        min_length=1, json_schema_extra=NAMES_SCHEMA, description="Tables of scores, each a named block"
    )
    intervals: TableStudyIntervals = Field(
        default_factory=TableStudyIntervals, description="How intervals are computed"
    )
    allow_other_versions: bool = OTHER_VERSIONS

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        """Let a block with nothing in it mean its defaults, and a block with a table be one of scores."""
        return filled_in(data, ("intervals",), {"datasets": DECIDING_KEYS["datasets"]})


def _model_of(mapping: Mapping) -> type[Config] | type[TableStudyConfig]:
    """Tell a study of tables of scores from one of images; raises UserError for one of both."""
    blocks = mapping.get("datasets") if isinstance(mapping, Mapping) else None
    if not isinstance(blocks, Mapping):
        return Config
    of_scores = [
        name
        for name, block in blocks.items()
        if isinstance(block, Mapping) and (SCORES in block or block.get("source") == SCORES)
    ]
    others = [name for name in blocks if name not in of_scores]
    if of_scores and others:
        raise UserError(
            f"config: datasets.{of_scores[0]} is a table of scores and datasets.{others[0]} is not; a run "
            "has data sets of one kind, so give each kind a config of its own"
        )
    return TableStudyConfig if of_scores else Config


def load_config(mapping: Mapping, command_line: Mapping | None = None) -> Config | TableStudyConfig:
    """Check a configuration as YAML gives it and fill in every default.

    Where the data sets are tables of scores it is a TableStudyConfig. Named blocks keep their order.
    ``command_line`` is the part that came by Snakemake's ``--config``, which hands on everything inside a
    block as text; it is read as YAML and laid over ``mapping``.
    Raises UserError with one line that names each wrong key by its path and says what is wrong with it and
    what may stand there.
    """
    check_sound(mapping)
    if command_line:
        check_sound(command_line)
        mapping = laid_over(mapping, read_again(command_line))
    model = _model_of(mapping)
    try:
        return model.model_validate(mapping)
    except ValidationError as error:
        raise UserError(one_line(error, model)) from None
