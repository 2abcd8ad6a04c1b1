"""The reliability study of anybody's scores: ``python -m saliometer.study --scores table.csv --output DIR``.

It needs no images, no models and no workflow: the table is all.
"""

import argparse
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from saliometer.errors import UserError, one_line
from saliometer.figures import style
from saliometer.figures.drawers import DRAWERS
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.findings.font import missing_signs
from saliometer.products.origins import mark
from saliometer.products.output_folder import written_whole
from saliometer.report.page import TABLES_OF_SCORES, build_page
from saliometer.settings import parse
from saliometer.stages.command import run
from saliometer.table_study.files import listed
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Intervals, Settings
from saliometer.table_study.study import describe_table_study
from saliometer.table_study.tables import reliability_of, summary_tables
from saliometer.tables import write_table

PAGE = "report.html"
PACKAGES = ("matplotlib", "numpy", "pandas", "pyarrow", "scipy")


def main() -> None:
    """Read the command line and make the study."""
    parser = Parser(prog="python -m saliometer.study", description="Study how reliable a table of scores is.")
    parser.add_argument("--scores", required=True, type=Path, help="table of scores (.csv or .parquet)")
    parser.add_argument("--output", required=True, type=Path, help="folder to write, new or empty")
    for option, what in (
        ("--higher-is-better", "metric whose higher scores are better, or several with commas between them"),
        ("--lower-is-better", "metrics whose lower scores are better"),
        ("--controls", "methods that are null controls: they are not ranked, others are held against them"),
    ):
        more = "; may be given again for each name"
        parser.add_argument(option, action="append", default=[], metavar="A,B", help=what + more)
    parser.add_argument("--confidence", type=float, default=0.95, help="of all intervals (default: 0.95)")
    parser.add_argument(
        "--smallest-difference",
        type=float,
        default=0.0,
        help="smallest difference of two means that matters, in the metrics' own unit (default: 0)",
    )
    arguments = parser.parse_args()
    settings = Settings(
        higher_is_better=arguments.higher_is_better,
        lower_is_better=arguments.lower_is_better,
        controls=arguments.controls,
    )
    intervals = {"confidence": arguments.confidence, "smallest_difference": arguments.smallest_difference}
    ignored = make_study(arguments.scores, arguments.output, settings, intervals)
    if ignored:
        print(one_line(f"not read: columns {listed(ignored)}"))
    print(one_line(f"study of {arguments.scores} -> {arguments.output / PAGE}"))


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError."""
        raise UserError(f"{message}; see {self.prog} --help")


def make_study(scores: Path, output: Path, settings: Settings, intervals: Mapping | None = None) -> list[str]:
    """Write the tables, figures and page of the study of a table of scores.

    Parameters: ``output``, a folder that is new, empty or of an earlier study, whose files are replaced once
    all is written; a person's own beside them stay. Returns the columns of the table that were not read.
    Raises UserError for a bad table or another folder; then nothing is written.
    """
    intervals = parse(Intervals, dict(intervals or {}), "intervals").model_dump()
    table = read_score_table(scores, settings)
    study = describe_table_study(Path(scores).stem, {Path(scores).name: table}, intervals)
    versions = {name: version(name) for name in PACKAGES}
    job = {"settings": study, "versions": versions}
    with written_whole(output, _names_of_files(study), scores, {"job": job}) as folder:
        tables = summary_tables(table.scores, study)
        tables["reliability"] = reliability_of(table.scores, study)
        for name, frame in tables.items():
            write_table(frame, folder / "tables" / name, {"job": job})
        for file in (file for group in GROUPS for file in figure_files(group, study)):
            figure = DRAWERS[file["kind"]](study, tables, file["scope"], file["subject"])
            style.save(figure, folder / "figures" / file["stem"], mark(job, {}, file["stem"]))
        page = build_page(study, versions, tables, folder / "figures", {}, mark(job, {}, Path(PAGE).stem))
        (folder / PAGE).write_text(page, encoding="utf-8")
    if lacking := missing_signs(study):
        print(lacking)
    return table.ignored


def _names_of_files(study: Mapping) -> list[str]:
    """Return the paths of all that a study writes, from its folder."""
    tables = [f"tables/{name}.{suffix}" for name in TABLES_OF_SCORES for suffix in ("csv", "parquet")]
    stems = [file["stem"] for group in GROUPS for file in figure_files(group, study)]
    return [*tables, *(f"figures/{stem}.{suffix}" for stem in stems for suffix in ("png", "svg")), PAGE]


if __name__ == "__main__":
    run(main)
