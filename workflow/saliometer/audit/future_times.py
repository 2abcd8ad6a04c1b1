"""Products dated in the future, as by a clock that was ahead or by a copy with times from such a machine.

Whatever is made from one comes out older than its input: Snakemake takes that for a skewed clock, fails and
removes what was just made, in every run until that time has come.
"""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from saliometer.audit.ownership import is_unmarked
from saliometer.errors import UserError
from saliometer.plan.products import Product

STEP = 1000  # nanoseconds between two times given anew: Snakemake's times are floats, which tell these apart


def dated_in_the_future(results: Path, products: Sequence[Product], now: int) -> list[Path]:
    """Return the files of products, and of what their jobs took, that are dated later than ``now``.

    Parameters: ``now`` in nanoseconds (time.time_ns). Raises UserError for one that the program did not make.
    """
    names = dict.fromkeys(name for product in products for name in (product.path, product.benchmark))
    paths = [path for path in (results / name for name in names) if path.is_file() and _time(path) > now]
    for path in paths:
        sealed = path.with_suffix(".parquet") if path.suffix == ".csv" else path
        if path.is_symlink() or (sealed.is_file() and is_unmarked(sealed)):
            raise UserError(
                f"{path}: is dated in the future ({_date(path)}), and this program did not make it; "
                "give it the time of now (touch) and run again"
            )
    return paths


def say_future(paths: Sequence[Path]) -> str:
    """Return the line on products dated in the future."""
    others = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    dated = "are" if others else "is"
    return f"{paths[0]} ({_date(paths[0])}){others} {dated} dated in the future: a run dates them anew."


def date_anew(paths: Sequence[Path], now: int) -> None:
    """Date files at ``now`` and just before it, in the order of the times that they have.

    So they stay later than what was made before ``now``, and equal times stay equal.
    """
    times = {path: _time(path) for path in paths if path.is_file()}
    order = sorted(set(times.values()))
    anew = {time: now - STEP * (len(order) - 1 - place) for place, time in enumerate(order)}
    for path, time in times.items():
        try:
            os.utime(path, ns=(anew[time], anew[time]))
        except OSError as error:
            raise UserError(
                f"{path}: is dated in the future and can't be dated anew ({error.strerror}); make it your own"
            ) from error


def _time(path: Path) -> int:
    return path.stat().st_mtime_ns


def _date(path: Path) -> str:
    return f"{datetime.fromtimestamp(_time(path) / 1e9):%Y-%m-%d %H:%M}"
