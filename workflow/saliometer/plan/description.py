"""A run described for its tables, figures and report: every block with all its settings."""

from saliometer.config.described_methods import describe_methods, replicates_by_method, why_not_explained
from saliometer.config.study import Config, TableStudyConfig
from saliometer.models.described import describe_model
from saliometer.mosaics import rendering
from saliometer.table_study.study import describe_table_study, read_tables


def describe_study(config: Config | TableStudyConfig) -> dict:
    """Describe a run for its tables, figures and report: every block with all its settings."""
    if isinstance(config, TableStudyConfig):
        tables = read_tables(config.datasets)
        return describe_table_study(config.run, tables, config.intervals.model_dump())
    return {
        "run": config.run,
        "seed": config.seed,
        "datasets": {name: {"source": source.source} for name, source in config.datasets.items()},
        "replicates": replicates_by_method(config),
        "methods": describe_methods(config),
        "comparisons": {
            group: {model: sorted(methods) for model, methods in members.items()}
            for group, members in config.comparisons.items()
        },
        "not_explained": why_not_explained(config),
        "metrics": {family: settings.model_dump() for family, settings in config.metrics.items()},
        "intervals": config.intervals.model_dump(),
        "forms": rendering.form_names(config.forms),
        "shards": rendering.n_shards(config.mosaics),
        "mosaics": config.mosaics.model_dump(exclude={"rounds_per_shard"}),
        "models": {name: describe_model(name, settings) for name, settings in config.models.items()},
    }
