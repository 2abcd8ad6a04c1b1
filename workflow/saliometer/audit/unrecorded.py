"""What lies in a run's folder, beside Snakemake's records of it: neither is believed without the other.

Snakemake believes any file that it has no record of, as after ``.snakemake`` was deleted or results came from
elsewhere, and any that bears the name of one that it has a record of. Here all are compared by what they say
of themselves. One without a record that other settings, code or inputs made is refused; one that the config's
own job made is trusted, whatever became of its modification time. One with a record that is not what the
record says must be made again.
"""

import json
import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from saliometer.audit.differences import Comparison, Discrepancy, is_there
from saliometer.errors import UserError
from saliometer.plan.products import Product
from saliometer.plan.stages import STAGES
from saliometer.products.seals import CHECK
from saliometer.running.snakemake import params_of


def remedy_of(results: str, configfiles: Sequence[Path], overrides: Mapping) -> str:
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


def check_products(
    results: Path, products: Sequence[Product], recorded: Mapping[str, Path], remedy: str
) -> dict[str, str]:
    """Compare the products that are there with the jobs of a config, and trust those that match.

    Parameters: ``results``, the results folder of the run as Snakemake's paths name it; ``products`` of the
    config, as products_of_config returns them; ``recorded``, Snakemake's records by path; ``remedy``, the
    command that removes what does not match and has no record.
    Those without a record that match get a modification time not before that of what they were made from.
    Returns why products with a record, which Snakemake would believe, must be made again, by path.
    Raises UserError, one line, when some without a record do not match or one is damaged.
    """
    differing = differences(results, products)
    unrecorded = [product for product in products if f"{results}/{product.path}" not in recorded]
    of_unrecorded = {
        product.path: differing[product.path] for product in unrecorded if product.path in differing
    }
    for difference in (each for each in of_unrecorded.values() if each.damage):
        raise difference.damage
    refused = {
        f"{results}/{path}": each.reason for path, each in of_unrecorded.items() if not each.input_is_newer
    }
    if refused:
        first = first_of(refused, "as are {} more")
        raise UserError(f"{first}, and Snakemake has no record of it; {remedy}, then run again")
    if any(is_there(results, product.path) for product in unrecorded):
        _put_in_order(results, products, {product.path for product in unrecorded} - set(differing))
    return {
        product.path: differing[product.path].reason
        for product in products
        if product.path in differing
        and product.path not in of_unrecorded
        and not _is_made_again_anyway(product, differing[product.path], recorded[f"{results}/{product.path}"])
    }


def differences(results: Path, products: Sequence[Product]) -> dict[str, Discrepancy]:
    """Return how the products that are there differ from what their config asks for, by path."""
    there = [product for product in products if is_there(results, product.path)]
    return Comparison(results, products).differences(there)


def first_of(reasons: Mapping[str, str], others: str = "and {} more") -> str:
    """Say in one line of the first of some files what is wrong with it, and how many more there are."""
    path, reason = next(iter(reasons.items()))
    more = f", {others.format(len(reasons) - 1)}" if len(reasons) > 1 else ""
    return f"{path}: {reason}{more}"


def _is_made_again_anyway(product: Product, difference: Discrepancy, record: Path) -> bool:
    """Tell whether Snakemake makes it again by itself: its record, or that of an input, is of another job."""
    if difference.follows:
        return True
    try:
        params = params_of(json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError):
        return False  # a mark of one that is incomplete, or a record of another kind
    text = json.dumps(product.job().parameters, sort_keys=True, separators=(",", ":"))
    return repr(text) not in params


def _put_in_order(results: Path, products: Sequence[Product], trusted: set[str]) -> None:
    """Date each trusted product no earlier than what it was made from, which a copy may have turned round.

    The tables and what follows count as made from all that ranks below them. Snakemake dates a job by its
    benchmark too, even where its product was deleted.
    """
    times: dict[str, int] = {}  # a missing product passes on those of its inputs
    of_lower_ranks = 0
    for _, group in groupby(products, key=lambda product: STAGES[product.stage].rank):
        made = {}
        for product in group:
            path = results / product.path
            inputs = (times[name] for names in product.inputs.values() for name in names)
            earliest = max(inputs, default=0) if STAGES[product.stage].pattern else of_lower_ranks
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
