"""Products compared with what a config asks for, by what they say of their own origin."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from saliometer.audit.origin_files import read_origin, sealed_beside
from saliometer.plan.products import Job, Product
from saliometer.products.origins import Origin, digest_of_jobs, digests_of
from saliometer.products.seals import DamagedError

SHOWN = 40  # characters of a setting's value in a message
MISSING = object()


class Discrepancy(NamedTuple):
    """Why a product is not what its config asks for.

    ``input_is_newer``: an input is newer than it, so that Snakemake makes it again without a record too;
    ``damage``: what reading it raised, None for one that is whole; ``follows``: it differs as an input of it
    does, which is there.
    """

    reason: str
    input_is_newer: bool = False
    damage: DamagedError | None = None
    follows: bool = False


class Comparison:
    """Compares products in a results folder with the jobs of one config.

    ``origins`` may be shared between configs: what was read of each file.
    """

    def __init__(
        self, results: Path, products: Sequence[Product], origins: dict[str, Origin] | None = None
    ) -> None:
        self.results = results
        self.jobs = {product.path: product.job for product in products}
        self.origins = {} if origins is None else origins
        self.inputs: dict[tuple[str, ...], tuple[str, str | None]] = {}

    def differences(self, products: Sequence[Product]) -> dict[str, Discrepancy]:
        """Return how products that are there differ, by path; what was made from one that differs does too.

        Parameters: ``products``, none before what it is made from. Of what was made from a damaged one no
        more is said than from one that is missing.
        """
        differing: dict[str, Discrepancy] = {}
        for product in products:
            try:
                difference = self._difference(product, differing)
            except DamagedError as error:
                difference = Discrepancy(f"damaged or foreign ({error.reason})", damage=error)
            if difference:
                differing[product.path] = difference
        return differing

    def _difference(self, product: Product, differing: dict[str, Discrepancy]) -> Discrepancy | None:
        origin, job = self._origin(product.path), product.job()
        if origin.job_digest != job.digest:
            return Discrepancy(f"made with other settings or code{_what_differs(origin, job)}")
        for kind, paths in product.inputs.items():
            unlike = next(
                (path for path in paths if path in differing and _is_of_another_job(differing[path])), None
            )
            if unlike:
                reason = f"made from {self.results / unlike}, which is not the config's"
                return Discrepancy(reason, follows=True)
            jobs, files = self._digests(paths)
            remembered = origin.made_from.get(kind, {})
            if remembered.get("jobs") != jobs or files not in (None, remembered.get("files")):
                return Discrepancy(f"made from other {kind}", self._is_newer(paths, product.path))
        return None

    def _origin(self, path: str) -> Origin:
        if path not in self.origins:
            self.origins[path] = read_origin(self.results / path)
        return self.origins[path]

    def _digests(self, paths: tuple[str, ...]) -> tuple[str, str | None]:
        """Return what stands for the jobs of some inputs and for the files, None where one can't be read."""
        if paths not in self.inputs:
            jobs = digest_of_jobs([self.jobs[path]().digest for path in paths])
            self.inputs[paths] = jobs, self._digest_of_files(paths)
        return self.inputs[paths]

    def _digest_of_files(self, paths: tuple[str, ...]) -> str | None:
        if not all(is_there(self.results, path) for path in paths):
            return None
        try:
            return digests_of([self._origin(path) for path in paths])["files"]
        except DamagedError:
            return None

    def _is_newer(self, paths: tuple[str, ...], product: str) -> bool:
        times = [(self.results / path).stat().st_mtime_ns for path in paths if is_there(self.results, path)]
        return max(times, default=0) > (self.results / product).stat().st_mtime_ns


def _is_of_another_job(difference: Discrepancy) -> bool:
    return not (difference.input_is_newer or difference.damage)


def is_there(results: Path, path: str) -> bool:
    """Tell whether a product can be compared: a CSV or figure is, with the sealed file that tells of it."""
    file = results / path
    sealed = sealed_beside(file)
    return file.is_file() and (sealed is file or sealed.is_file())


def _what_differs(origin: Origin, job: Job) -> str:
    if origin.job:
        return f" ({first_difference(origin.job, job.parameters)})"
    return "" if origin.job_digest else " (it does not say which)"


def first_difference(before: dict, now: dict) -> str:
    """Say in words where two jobs first differ: settings, then versions, then code."""
    return next(all_differences(before, now), "told otherwise")


def all_differences(before: dict, now: dict) -> Iterator[str]:
    """Yield in words where two jobs differ: settings, then versions, then code."""
    for section, say in (("settings", _setting), ("versions", _version), ("code", _code)):
        for name, old, new in _changes(before.get(section, {}), now.get(section, {})):
            yield say(name, old, new)


def _changes(old, new, name: str = "") -> Iterator[tuple]:
    """Yield the name and both values of every difference between two JSON values."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _changes(old.get(key, MISSING), new.get(key, MISSING), f"{name}.{key}")
    elif old != new:
        yield name.removeprefix("."), old, new


def _setting(name: str, old, new) -> str:
    return f"settings.{name} was {_short(old)} and is now {_short(new)}"


def _version(name: str, old, new) -> str:
    return f"version of {name} was {_short(old)} and is now {_short(new)}"


def _code(name: str, old, new) -> str:
    return f"code of saliometer's {name}" if "/" in name else f"code of {name}"


def _short(value) -> str:
    text = "not there" if value is MISSING else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
