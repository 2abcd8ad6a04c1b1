"""The reliability study of anybody's scores: ``python -m saliometer.study --scores table.csv --output DIR``.

It needs no images, no models and no workflow: the table is all.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from saliometer.errors import UserError, one_line
from saliometer.figures import GROUPS, figure_files, style
from saliometer.figures.drawers import DRAWERS
from saliometer.figures.labels import missing_signs
from saliometer.files import MENDS, unwritable
from saliometer.given.files import listed
from saliometer.given.reading import read_given
from saliometer.given.settings import Settings
from saliometer.given.study import describe_given
from saliometer.given.tables import reliability_of, summary_tables
from saliometer.origins import mark
from saliometer.reliability.intervals import Settings as Intervals
from saliometer.report.page import build_page
from saliometer.settings import parse
from saliometer.stages.command import run
from saliometer.tables import write_table

PAGE = "report.html"
WRITTEN = ("tables", "figures", PAGE)
PACKAGES = ("matplotlib", "numpy", "pandas", "pyarrow", "scipy")


def main() -> None:
    """Read the command line and make the study."""
    parser = Parser(prog="python -m saliometer.study", description="Study how reliable a table of scores is.")
    parser.add_argument("--scores", required=True, type=Path, help="table of scores (.csv or .parquet)")
    parser.add_argument("--output", required=True, type=Path, help="folder to write")
    for option, what in (
        ("--higher-is-better", "metric whose higher scores are better, or several with commas between them"),
        ("--lower-is-better", "metrics whose lower scores are better"),
        ("--controls", "methods that are null controls: they are not ranked, others are held against them"),
    ):
        more = "; may be given again for each name"
        parser.add_argument(option, action="append", default=[], metavar="A,B", help=what + more)
    parser.add_argument("--confidence", type=float, default=0.95, help="of all intervals (default: 0.95)")
    given = parser.parse_args()
    settings = Settings(
        higher_is_better=given.higher_is_better,
        lower_is_better=given.lower_is_better,
        controls=given.controls,
    )
    ignored = make_study(given.scores, given.output, settings, given.confidence)
    if ignored:
        print(one_line(f"not read: columns {listed(ignored)}"))
    print(one_line(f"study of {given.scores} -> {given.output / PAGE}"))


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError."""
        raise UserError(f"{message}; see {self.prog} --help")


def make_study(scores: Path, output: Path, settings: Settings, confidence: float = 0.95) -> list[str]:
    """Write the tables, figures and page of the study of a table of scores.

    Parameters: ``output``, a folder; what an earlier study left there is replaced once all is written, other
    files stay. Returns the columns of the table that were not read. Raises UserError for a bad table; then
    nothing is written.
    """
    parse(Intervals, {"confidence": confidence}, "--confidence")
    table = read_given(scores, settings)
    study = describe_given(Path(scores).stem, {Path(scores).name: table}, confidence)
    versions = {name: version(name) for name in PACKAGES}
    job = {"settings": study, "versions": versions}
    with written_whole(output) as folder:
        tables = summary_tables(table.scores, study)
        tables["reliability"] = reliability_of(table.scores, study)
        for name, frame in tables.items():
            write_table(frame, folder / "tables" / name, {"job": job})
        for file in (file for group in GROUPS for file in figure_files(group, study)):
            figure = DRAWERS[file["kind"]](study, tables, file["scope"], file["subject"])
            style.save(figure, folder / "figures" / file["stem"], mark(job, {}))
        page = build_page(study, versions, tables, folder / "figures", {}, mark(job, {}))
        (folder / PAGE).write_text(page, encoding="utf-8")
    if lacking := missing_signs(study):
        print(lacking)
    return table.ignored


@contextmanager
def written_whole(output: Path) -> Iterator[Path]:
    """Yield a folder beside ``output`` to write to; on success its parts take the place of those there.

    Whatever happens else, ``output`` stays as it is. Raises UserError where it can't be written.
    """
    output = Path(output).expanduser()
    if output.exists() and not output.is_dir():
        raise UserError(f"{output}: is a file; give --output a folder")
    temporary = output.absolute().with_name(f".{output.absolute().name}.part")
    try:
        shutil.rmtree(temporary, ignore_errors=True)  # left by one that was killed
        temporary.mkdir(parents=True)
        try:
            yield temporary
            output.mkdir(exist_ok=True)
            for name in WRITTEN:
                _remove(output / name)
                (temporary / name).rename(output / name)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        if error.errno not in MENDS:
            raise
        raise unwritable(output, error) from error


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    run(main)
