"""Find what is damaged in the results of a run: ``python -m saliometer.stages.check results/demo``."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from saliometer.config import load_config
from saliometer.errors import UserError, first_line
from saliometer.figures import GROUPS, figure_files
from saliometer.jobs import describe_study
from saliometer.paths import PATTERNS, axes_of_study, expand, log_pattern, products
from saliometer.stages.command import run
from saliometer.verification import FOLDERS, damage_of, products_in

DEFAULT_CONFIG = Path("config/config.yaml")
LOGS = {"logs": ".log", "benchmarks": ".tsv"}


class Finding(NamedTuple):
    """A file that should not be: what it is ("damaged" or "orphan"), where, and why."""

    kind: str
    path: Path
    reason: str


def main() -> None:
    """Verify every product of a run, list what is damaged or belongs to no config, and remove it if asked.

    Exits with code 1 when something damaged stays.
    """
    parser = argparse.ArgumentParser(description="Find damaged files in the results of a run.")
    parser.add_argument("results", type=Path, help="results folder of the run, such as results/demo")
    parser.add_argument("--remove", action="store_true", help="delete what is listed")
    parser.add_argument("--orphans", action="store_true", help="also list files that belong to no config")
    parser.add_argument(
        "--configfile",
        type=Path,
        nargs="+",
        default=[DEFAULT_CONFIG],
        help="configs of the run, for --orphans",
    )
    arguments = parser.parse_args()
    results = arguments.results
    if not results.is_dir():
        raise UserError(f"{results}: no such folder; give the results folder of a run, as results/demo")
    belonging = _belonging(results, arguments.configfile) if arguments.orphans else None
    counts, sizes, checked = {"damaged": 0, "orphan": 0}, 0, 0
    for finding in _findings(results, belonging):
        checked += 1
        if finding is None:
            continue
        counts[finding.kind] += 1
        size = finding.path.stat().st_size
        sizes += size
        print(f"{finding.kind}: {finding.path} ({_size(size)}): {finding.reason}", flush=True)
        if arguments.remove:
            finding.path.unlink()
    done = "removed; the next run makes what is missing" if arguments.remove else "nothing removed"
    orphans = f", {counts['orphan']} orphans" if arguments.orphans else ""
    summary = f"{checked} files checked: {counts['damaged']} damaged{orphans} ({_size(sizes)})"
    print(f"{summary}; {done}" if sizes or any(counts.values()) else summary)
    sys.exit(1 if counts["damaged"] and not arguments.remove else 0)


def _findings(results: Path, belonging: set[str] | None) -> Iterator[Finding | None]:
    """Yield for each file of a run what is wrong with it, or None; orphans are not read."""
    orphans = set() if belonging is None else set(_orphans(results, belonging))
    for path in sorted(orphans):
        temporary = path.name.startswith(".")
        reason = "left by a job that was killed" if temporary else "belongs to no config"
        yield Finding("orphan", path, reason)
    for path in (path for path in products_in(results) if path not in orphans):
        reason = damage_of(path)
        yield Finding("damaged", path, reason) if reason else None


def _orphans(results: Path, belonging: set[str]) -> Iterator[Path]:
    """Yield the files in the folders of a run that no config accounts for, not a person's own."""
    for folder in [*FOLDERS, *LOGS]:
        for path in (results / folder).rglob("*"):
            if path.is_file() and not _belongs(path.relative_to(results), belonging):
                yield path


def _belongs(path: Path, belonging: set[str]) -> bool:
    if path.name.startswith("."):
        return not path.name.endswith(".part")
    folder, *inner = path.parts
    if folder == "tables" or (folder in LOGS and inner[0] not in PATTERNS):
        return True  # one each for the whole run
    return path.as_posix() in belonging


def _belonging(results: Path, configfiles: list[Path]) -> set[str]:
    """Return the paths of all files that some configs make, relative to the results folder of their run."""
    paths = {"report/index.html"}
    for file in configfiles:
        config = load_config(_read_yaml(file))
        if config.run != results.resolve().name:
            raise UserError(
                f"{file}: its run is {config.run}, so it can't tell the orphans of {results}; give the run's "
                "own with --configfile"
            )
        study = describe_study(config)
        for stage in PATTERNS:
            paths.update(products(stage, study))
            for folder, suffix in LOGS.items():
                paths.update(expand(log_pattern(folder, stage, suffix), axes_of_study(study)))
        stems = [figure["stem"] for group in GROUPS for figure in figure_files(group, study)]
        paths.update(f"figures/{stem}.{suffix}" for stem in stems for suffix in ("png", "svg"))
    return paths


def _read_yaml(file: Path) -> dict:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise UserError(f"{file}: not a readable config ({first_line(error)})") from error


def _size(n_bytes: int) -> str:
    """Say a size as people do: 512 B, 1.5 kB, 3.0 MB."""
    size, units = float(n_bytes), ["B", "kB", "MB", "GB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"


if __name__ == "__main__":
    run(main)
