"""A run described for its tables, figures and report: every block with all its settings."""

import hashlib
from functools import lru_cache
from pathlib import Path

from saliometer.config.methods import EveryMethod, models_of, name_of, replicates_of, settings_of
from saliometer.config.study import Config, TableStudyConfig
from saliometer.errors import UserError
from saliometer.methods import registry as methods
from saliometer.models import families
from saliometer.mosaics import rendering
from saliometer.products.files import why_no_file
from saliometer.table_study.reading import ScoreTable, read_score_table
from saliometer.table_study.settings import DatasetSettings
from saliometer.table_study.study import describe_table_study, of_dataset

FETCHING = {"download"}
WHERE_THE_FILE_LIES = {"file"}  # a method's own file counts by its content
# How many networks a block explains changes none of them, so a job tells which one it is, not of how many.
NOT_IN_A_JOB = {*WHERE_THE_FILE_LIES, *EveryMethod.model_fields}
METHODS_OF_THE_STUDY = ("gradcam", "gradcam++", "smoothgrad", "intgrad", "lrp", "lime", "shap", "bcos")


def describe_study(config: Config | TableStudyConfig) -> dict:
    """Describe a run for its tables, figures and report: every block with all its settings."""
    if isinstance(config, TableStudyConfig):
        return describe_table_study(config.run, score_tables(config), config.intervals.model_dump())
    return {
        "run": config.run,
        "seed": config.seed,
        "datasets": {name: {"source": source.source} for name, source in config.datasets.items()},
        "forms": rendering.form_names(config.forms),
        "replicates": {
            name: replicates_of(block, config.replicates) for name, block in config.methods.items()
        },
        "shards": rendering.n_shards(config.mosaics),
        "mosaics": config.mosaics.model_dump(exclude={"rounds_per_shard"}),
        "models": {name: describe_model(config, name) for name in config.models},
        "methods": {
            name: {**_describe_method(block, config), "models": sorted(models_of(block, config.models))}
            for name, block in config.methods.items()
        },
        "comparisons": {
            group: {model: sorted(methods) for model, methods in members.items()}
            for group, members in config.comparisons.items()
        },
        "not_explained": _not_explained(config),
        "metrics": {family: settings.model_dump() for family, settings in config.metrics.items()},
        "intervals": config.intervals.model_dump(),
    }


def _not_explained(config: Config) -> list[dict]:
    """List the methods of the published study that are not in this one, as they can't explain a model."""
    reasons = []
    there = {name_of(block) for block in config.methods.values()}  # each explains the models that it can
    for method in (name for name in METHODS_OF_THE_STUDY if name not in there):
        module = methods.describe(method)
        for model, block in sorted(config.models.items()):
            traits = families.traits_of(block.architecture)
            traits = traits._replace(target_layer=block.target_layer or traits.target_layer)
            why_not = methods.why_not(method, traits, module.Settings())
            if why_not:
                reasons.append({"label": module.SPEC.label, "model": model, "why": why_not})
    return reasons


def _describe_method(block, config: Config) -> dict:
    spec = methods.spec_of(name_of(block))
    randomized = block.randomized_model > 0
    set_keys = {key for key in EveryMethod.model_fields if getattr(block, key)} - {"models"}
    where = " on random weights" if randomized else ", tiles apart" if block.disconnected else ""
    described = {
        "method": block.method,
        "label": f"{spec.label}{where}",
        "signed": spec.is_signed(settings_of(block)),
        "control": spec.control or randomized or block.disconnected,
        "stochastic": spec.stochastic and not randomized,
        "settings": block.model_dump(exclude={"method", *(NOT_IN_A_JOB - set_keys)}),
    }
    return described | {"ceiling_of": _paired(block, config)} if block.disconnected else described


def _paired(block, config: Config) -> list[str]:
    """Return the blocks that a disconnected one is the ceiling of: the same method with the same settings."""
    settings = block.model_dump(exclude=set(EveryMethod.model_fields))
    return [
        name
        for name, other in config.methods.items()
        if not (other.disconnected or other.randomized_model)
        and other.model_dump(exclude=set(EveryMethod.model_fields)) == settings
    ]


def describe_model(config: Config, name: str) -> dict:
    """Describe a model; a file of weights counts by its content."""
    settings = config.models[name]
    described = {"name": name, **settings.model_dump(exclude=FETCHING)}
    path = families.weights_path(settings.weights)
    return described if path is None else {**described, "weights_sha256": _digest_of_weights(name, path)}


def _digest_of_weights(model: str, path: Path) -> str:
    problem = why_no_file(path)
    if problem:
        raise UserError(f"models.{model}.weights: {path}: {problem}; give a readable file of weights")
    try:
        status = path.stat()
        return _digest_of_file(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise UserError(
            f"models.{model}.weights: {path}: {error.strerror}; give a readable file of weights"
        ) from None


@lru_cache
def _digest_of_file(path: Path, size: int, modified: int) -> str:
    """Hash a file once per process, as long as it looks the same."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def score_tables(config: TableStudyConfig) -> dict[str, ScoreTable]:
    """Read the tables of scores of a run, each once as long as it looks the same; raises UserError."""
    tables = {}
    for name, block in config.datasets.items():
        path = Path(block.scores).expanduser()
        looks = path.stat() if path.is_file() else None  # reading says what is wrong
        seen = (looks.st_size, looks.st_mtime_ns, looks.st_ino) if looks else ()
        tables[name] = of_dataset(_read_once(block.model_dump_json(), seen), name)
    return tables


@lru_cache
def _read_once(block: str, seen: tuple) -> ScoreTable:
    settings = DatasetSettings.model_validate_json(block)
    return read_score_table(settings.scores, settings)
