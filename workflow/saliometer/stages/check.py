"""Find what is damaged in the results of a run: ``python -m saliometer.stages.check results/demo``."""

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from saliometer.audit.differences import Comparison, is_there
from saliometer.audit.origin_files import is_named, manifest_of, read_origin
from saliometer.audit.ownership import is_proved, may_be_ours
from saliometer.audit.verification import FOLDERS, damage_of, products_in
from saliometer.config.files import read_config
from saliometer.config.study import Config, load_config
from saliometer.errors import UserError, one_line
from saliometer.plan.description import describe_study
from saliometer.plan.jobs import list_images
from saliometer.plan.products import products_of_config
from saliometer.products.agreement import foreign_in
from saliometer.products.origins import Origin
from saliometer.products.paths import LOGS, PATTERNS, axes_of_study, expand, log_pattern, place_of
from saliometer.stages.command import run

DEFAULT_CONFIG = Path("config/config.yaml")
NOT_OURS = "nothing shows that this program made it, so it is never removed"
KINDS = ("damaged", "foreign", "orphan", "unknown")


class Finding(NamedTuple):
    """A file that is listed: what it is (one of KINDS), where, why, and whether the program made it."""

    kind: str
    path: Path
    reason: str
    is_ours: bool = True


def main() -> None:
    """Verify every product of a run, list what is damaged, foreign or no config's, and remove it if asked.

    What the program can't be shown to have made always stays: beside the products it is listed with the
    orphans, as unknown; in the place of a product it is foreign.
    Exits with code 1 when something damaged or foreign stays.
    """
    parser = argparse.ArgumentParser(description="Find damaged files in the results of a run.")
    parser.add_argument("results", type=Path, help="results folder of the run, such as results/demo")
    parser.add_argument("--remove", action="store_true", help="delete what is listed")
    parser.add_argument("--orphans", action="store_true", help="also list files that are no config's")
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
    configs = [_read_config(file, results) for file in arguments.configfile] if arguments.orphans else None
    counts, sizes, checked, staying = dict.fromkeys(KINDS, 0), 0, 0, 0
    for finding in _findings(results, configs):
        checked += finding is None or finding.kind != "foreign"  # it was read whole before
        if finding is None:
            continue
        counts[finding.kind] += 1
        size = finding.path.lstat().st_size
        print(one_line(f"{finding.kind}: {finding.path} ({_size(size)}): {finding.reason}"), flush=True)
        removed = arguments.remove and finding.is_ours
        staying += finding.kind in ("damaged", "foreign") and not removed
        sizes += size if finding.is_ours else 0
        if removed:
            finding.path.unlink()
    done = "removed; the next run makes what is missing" if arguments.remove else "nothing removed"
    wrong = counts["damaged"] + counts["foreign"]
    listed = f"{counts['damaged']} damaged, {counts['foreign']} foreign"
    listed += f", {counts['orphan']} orphans" if arguments.orphans else ""
    listed += f", {counts['unknown']} unknown" if counts["unknown"] else ""
    summary = f"{checked} files checked: {listed} ({_size(sizes)})"
    print(f"{summary}; {done}" if wrong or counts["orphan"] else summary)
    sys.exit(1 if staying else 0)


def _findings(results: Path, configs: list[Config] | None) -> Iterator[Finding | None]:
    """Yield for each file of a run what is wrong with it, or None; orphans are not read whole."""
    orphans = {} if configs is None else _orphans(results, configs)
    origins: dict[str, dict[Path, Origin]] = {}
    for path, reason in sorted(orphans.items()):
        ours = may_be_ours(path.relative_to(results)) and is_proved(path)
        yield Finding("orphan", path, reason) if ours else Finding("unknown", path, NOT_OURS, False)
    for path in _products_of(results):
        if path in orphans:
            continue
        reason = damage_of(path)
        if reason and not is_proved(path):
            yield Finding("foreign", path, f"{reason}; {NOT_OURS}", False)
        else:
            yield Finding("damaged", path, reason) if reason else None
        place = place_of(path)
        if place and not reason:
            origins.setdefault(place.stage, {})[path] = read_origin(path)
    for foreign in foreign_in(results, origins):
        yield Finding("foreign", foreign.path, foreign.reason)


def _products_of(results: Path) -> Iterator[Path]:
    """Yield what can be verified and has a name of ours, but for what lies beside what a manifest names."""
    for path in products_in(results):
        manifest = manifest_of(path)
        beside = manifest and path != manifest and manifest.is_file() and not damage_of(manifest)
        if may_be_ours(path.relative_to(results)) and (not beside or is_named(path)):
            yield path


def _orphans(results: Path, configs: list[Config]) -> dict[Path, str]:
    """Return why files in the folders of a run are no config's, by path; hidden ones are passed over."""
    belonging = {path for config in configs for path in _logs_of(config)}
    reasons: dict[str, list[str | None]] = {}  # of each product, one per config that asks for it
    origins: dict[str, Origin] = {}
    for config in configs:
        products = products_of_config(config, partial(list_images, config))
        there = [product for product in products if is_there(results, product.path)]
        differing = Comparison(results, products, origins).differences(there)
        differences = {path: each.reason for path, each in differing.items() if not each.damage}
        for path in (product.path for product in products):
            reasons.setdefault(path, []).append(differences.get(path))
    belonging |= reasons.keys()
    orphans = {
        results / path: each[0]
        for path, each in reasons.items()
        if all(reason is not None for reason in each)
    }
    for folder in [*FOLDERS, *LOGS]:
        for path in (path for path in (results / folder).rglob("*") if path.is_file()):
            if not _belongs(path.relative_to(results), belonging):
                temporary = path.name.startswith(".")
                orphans[path] = "left by a job that was killed" if temporary else "belongs to no config"
    return orphans


def _belongs(path: Path, belonging: set[str]) -> bool:
    if path.name.startswith("."):
        return not path.name.endswith(".part")
    folder, *inner = path.parts
    if folder == "tables" or (folder in LOGS and inner[0] not in PATTERNS):
        return may_be_ours(path)  # one each for the whole run
    return path.as_posix() in belonging


def _logs_of(config: Config) -> Iterator[str]:
    """Yield the paths of all logs of shards, relative to the results folder."""
    axes = axes_of_study(describe_study(config))
    for stage in PATTERNS:
        for folder in LOGS:
            yield from expand(log_pattern(folder, stage), axes)


def _read_config(file: Path, results: Path) -> Config:
    config = load_config(read_config(file))
    if config.run != results.resolve().name:
        raise UserError(
            f"{file}: its run is {config.run}, so it can't tell the orphans of {results}; give the run's "
            "own with --configfile"
        )
    return config


def _size(n_bytes: int) -> str:
    """Say a size as people do: 512 B, 1.5 kB, 3.0 MB."""
    size, units = float(n_bytes), ["B", "kB", "MB", "GB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"


if __name__ == "__main__":
    run(main)
