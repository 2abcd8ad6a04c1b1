"""Results without Snakemake's records, as after ``.snakemake`` was deleted or results came from elsewhere.

Without a record of what made a file Snakemake believes any. Here such files are compared by what they say of
themselves: a file that other settings, code or inputs made is refused, one that the config's own job made is
trusted, whatever became of its modification time.
"""

import contextlib
import os
import shlex
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from saliometer.comparison import Comparison, is_there
from saliometer.errors import UserError
from saliometer.paths import PATTERNS
from saliometer.seals import CHECK
from saliometer.wanted import RANKS, Product

KINDS_OF_RECORDS = ("metadata", "incomplete")  # what is marked incomplete is made again anyway


def recorded_files(folder: Path) -> set[str]:
    """Return the paths of all files that Snakemake's folder (``.snakemake``) holds a record of.

    A record's name is the path in base 64; one too long for a file's name is cut up into folders, whose names
    begin with "@" (FilePersistence._record_path of Snakemake 9).
    """
    recorded = set()
    for root in (folder / kind for kind in KINDS_OF_RECORDS):
        for parent, _, names in os.walk(root):
            cut = "".join(part.removeprefix("@") for part in Path(parent).relative_to(root).parts)
            for name in names:
                with contextlib.suppress(ValueError):  # a file that is no record
                    recorded.add(urlsafe_b64decode(cut + name).decode())
    return recorded


def mend_of(results: str, configfiles: Sequence[Path], overrides: Mapping) -> str:
    """Return the command that removes what a config did not make.

    Parameters: the config files and the single settings that Snakemake was given, both of which may be empty.
    """
    command = f"{CHECK} {shlex.quote(results)} --orphans --remove"
    if len(configfiles) > 1 or overrides:
        return f"write the settings of this run to one file and run {command} --configfile FILE"
    return " ".join([command, *(f"--configfile {shlex.quote(str(file))}" for file in configfiles)])


def check_sources_stay(results: Path, products: Sequence[Product], sources: Iterable[str | Path]) -> None:
    """Raise UserError for a person's file that a run reads and would replace: Snakemake deletes it first."""
    read = {os.path.realpath(Path(source).expanduser()): source for source in sources}
    for path in (results / product.path for product in products if read):
        if source := read.get(os.path.realpath(path)):
            raise UserError(
                f"{source}: is itself a file that this run would replace; copy it elsewhere, or give the run "
                "another name"
            )


def check_unrecorded(results: Path, products: Sequence[Product], recorded: set[str], mend: str) -> None:
    """Compare the products without a record with the jobs of a config, and trust those that match.

    Parameters: ``results``, the results folder of the run as Snakemake's paths name it; ``products`` of the
    config, as wanted_products returns them; ``recorded``, the paths that need no look; ``mend``, the command
    that removes what does not match.
    Those that match get a modification time not before that of what they were made from, where it is.
    Raises UserError, one line, when some do not match or one is damaged.
    """
    unrecorded = [product for product in products if f"{results}/{product.path}" not in recorded]
    unknown = [product for product in unrecorded if is_there(results, product.path)]
    if not unknown:
        return
    found = Comparison(results, products).differences(unknown)
    differing = {path: said.reason for path, said in found.items() if not said.input_is_newer}
    if differing:
        path, reason = next(iter(differing.items()))
        others = f", as are {len(differing) - 1} more" if len(differing) > 1 else ""
        raise UserError(
            f"{results / path}: {reason}{others}, and Snakemake has no record of it; {mend}, then run again"
        )
    _put_in_order(results, products, {product.path for product in unrecorded} - set(found))


def _put_in_order(results: Path, products: Sequence[Product], trusted: set[str]) -> None:
    """Date each trusted product no earlier than what it was made from, which a copy may have turned round.

    The tables and what follows count as made from all that ranks below them. Snakemake dates a job by its
    benchmark too, even where its product was deleted.
    """
    times: dict[str, int] = {}  # a missing product passes on those of its inputs
    of_lower_ranks = 0
    for _, group in groupby(products, key=lambda product: RANKS[product.stage]):
        made = {}
        for product in group:
            path = results / product.path
            inputs = (times[name] for names in product.inputs.values() for name in names)
            earliest = max(inputs, default=0) if product.stage in PATTERNS else of_lower_ranks
            if product.path in trusted:
                for file in (path, results / product.benchmark):
                    _date(file, earliest)
            made[product.path] = path.stat().st_mtime_ns if path.is_file() else earliest
        times |= made
        of_lower_ranks = max([of_lower_ranks, *made.values()])


def _date(path: Path, earliest: int) -> None:
    if not path.is_file() or path.stat().st_mtime_ns >= earliest:
        return
    try:
        os.utime(path, ns=(earliest, earliest))
    except OSError as error:
        raise UserError(
            f"{path}: looks older than what it was made from and can't be dated anew ({error.strerror}); "
            "make it your own, or copy results with their times (cp -a, rsync -a)"
        ) from error
