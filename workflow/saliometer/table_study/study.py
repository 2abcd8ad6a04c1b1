"""Tables of scores described as a study, as jobs, figures and the page know one."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from saliometer.errors import UserError
from saliometer.reliability.forms import in_order
from saliometer.table_study.reading import ScoreTable, read_score_table
from saliometer.table_study.settings import DatasetSettings

SCOPE = ["dataset", "form", "model"]


def describe_table_study(run: str, tables: Mapping[str, ScoreTable], intervals: Mapping) -> dict:
    """Describe the study of some tables.

    Parameters: ``tables`` by the name of their config's block; ``run``, the name of the study. All methods
    are signed, those with several replicates are stochastic, and of others nobody knows; nothing is said of
    images, models or settings.
    Raises UserError when tables contradict each other.
    """
    scores = gathered(tables)
    directions: dict[str, str] = {}
    for name, table in tables.items():
        for metric, direction in table.directions:
            if directions.setdefault(metric, direction) != direction:
                raise UserError(f"datasets.{name}: metric {metric!r}: {direction} is better, elsewhere not")
    kinds = {table.clusters for table in tables.values()}
    if len(kinds) > 1:
        raise UserError("datasets: some tables have a column cluster and others have not; give it to all")
    scopes = sorted(set(scores[SCOPE].itertuples(index=False, name=None)))
    forms = in_order(scores["form"], [form for table in tables.values() for form in table.forms])
    first = {dataset: in_order([s[1] for s in scopes if s[0] == dataset], forms)[0] for dataset, *_ in scopes}
    replicates = scores.groupby("method")["replicate"].unique().map(sorted).to_dict()
    controls = {name for table in tables.values() for name in table.controls}
    return {
        "run": run,
        "datasets": {name: {"source": "scores"} for name in sorted(set(scores["dataset"]))},
        "forms": forms,
        "models": {name: {"name": name} for name in sorted(set(scores["model"]))},
        "scopes": [list(scope) for scope in scopes if scope[1] == first[scope[0]]],
        "replicates": replicates,
        "shards": 0,
        "methods": {
            name: {
                "method": name,
                "label": name,
                "signed": True,
                "control": name in controls,
                "stochastic": True if len(replicates[name]) > 1 else None,  # one replicate can't tell
                "settings": {},
            }
            for name in sorted(replicates)
        },
        "metrics": {"table_study": {"directions": [list(pair) for pair in directions.items()]}},
        "intervals": dict(intervals),
        "table_study": {
            "clusters": kinds.pop(),
            "tables": {name: table.sha256 for name, table in tables.items()},
        },
    }


def read_tables(blocks: Mapping[str, DatasetSettings]) -> dict[str, ScoreTable]:
    """Read the tables of scores of a config's data sets, each once as long as it looks the same.

    Raises UserError for a bad one.
    """
    tables = {}
    for name, block in blocks.items():
        path = Path(block.scores).expanduser()
        looks = path.stat() if path.is_file() else None  # reading says what is wrong
        seen = (looks.st_size, looks.st_mtime_ns, looks.st_ino) if looks else ()
        tables[name] = of_dataset(_read_once(block.model_dump_json(), seen), name)
    return tables


@lru_cache
def _read_once(block: str, seen: tuple) -> ScoreTable:
    settings = DatasetSettings.model_validate_json(block)
    return read_score_table(settings.scores, settings)


def of_dataset(table: ScoreTable, name: str) -> ScoreTable:
    """Return a table as that of a data set of a config, whose name takes the place of the table's own.

    Raises UserError for a table of several data sets.
    """
    several = sorted(set(table.scores["dataset"]))
    if len(several) > 1:
        raise UserError(
            f"datasets.{name}: its table holds the data sets {', '.join(several)}; give each its own"
        )
    return table._replace(scores=table.scores.assign(dataset=name))


def gathered(tables: Mapping[str, ScoreTable]) -> pd.DataFrame:
    """Return the scores of all tables under each other; a metric that one lacks is undefined there."""
    return pd.concat([table.scores for table in tables.values()], ignore_index=True)
