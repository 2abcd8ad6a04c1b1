"""Read the tables of scores of a run and describe them: ``python -m saliometer.stages.table_study``."""

import argparse
import json
from pathlib import Path

from saliometer.errors import UserError
from saliometer.products.origins import origin_metadata
from saliometer.settings import parse
from saliometer.stages.command import parse_job, run
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import DatasetSettings
from saliometer.table_study.study import gathered, of_dataset
from saliometer.table_study.tables import summary_tables
from saliometer.tables import write_table


def main() -> None:
    """Read and check the tables, and write the tables scores, summary and undefined of the run."""
    parser = argparse.ArgumentParser(description="Read the tables of scores of a run and describe them.")
    parser.add_argument("--job", required=True, help="canonical JSON of the job")
    parser.add_argument("--sources", required=True, help="where the tables lie, as JSON: blocks by data set")
    parser.add_argument("--output-directory", required=True, type=Path, help="folder of the tables")
    arguments = parser.parse_args()
    job = parse_job(arguments.job)
    study = job["settings"]
    tables = {}
    for name, block in json.loads(arguments.sources).items():
        source = parse(DatasetSettings, block, f"datasets.{name}")
        tables[name] = of_dataset(read_score_table(source.scores, source), name)
        if tables[name].sha256 != study["table_study"]["tables"][name]:
            raise UserError(f"{source.scores}: changed since this run was planned; run again")
    made = summary_tables(gathered(tables), study)
    for name, frame in made.items():
        write_table(frame, arguments.output_directory / name, origin_metadata(job))
    print(f"{', '.join(made)} -> {arguments.output_directory}")


if __name__ == "__main__":
    run(main)
