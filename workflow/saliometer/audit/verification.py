"""Verifying the products of a run one by one: is each whole, and is it what its path says?

At most one product is in memory at a time.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

from saliometer import shards, tables
from saliometer.audit.origin_files import manifest_of, read_origin
from saliometer.products import manifests
from saliometer.products.paths import PATTERNS, PlaceInRun, place_of
from saliometer.products.seals import DamagedError

FOLDERS = [*PATTERNS, "tables", "figures", "report"]
AXES = ("dataset", "form", "model", "method", "replicate")  # that a product names inside too


def products_in(results: Path) -> Iterator[Path]:
    """Yield the files of a run's folder that can be verified, in a fixed order."""
    for folder in FOLDERS:
        for path in sorted((results / folder).rglob("*")):
            if path.is_file() and not path.name.startswith(".") and _verifier_of(path):
                yield path


def damage_of(path: Path) -> str | None:
    """Read a product whole; return what is wrong with it, None when nothing is.

    Raises UserError when the file is absent or may not be opened: that is no damage.
    """
    try:
        _verifier_of(path)(path)
    except DamagedError as error:
        return error.reason
    return None


def _verifier_of(path: Path) -> Callable[[Path], None] | None:
    if place_of(path):
        return OF_PLACES.get(path.suffix)
    return OTHERS.get(path.suffix)


def _verify_shard(path: Path) -> None:
    place = place_of(path)
    shard = shards.read(path)
    shards.expect(shard, path, kind=place.stage, **_axes_inside(place))


def _verify_parquet(path: Path) -> None:
    place = place_of(path)
    frame, metadata = tables.read_with_metadata(path)
    for axis, expected in _axes_inside(place).items():
        values = frame[axis].unique().tolist() if axis in frame else []
        if place.stage in PATTERNS and any(value != expected for value in values):
            raise DamagedError(path, f"{axis} is {values!r} where {expected!r} is expected")
    settings = metadata.get("job", {}).get("settings", {})
    for axis in ("dataset", "family"):
        expected = place.axes.get(axis)
        if settings.get(axis, expected) != expected:
            raise DamagedError(path, f"{axis} is {settings[axis]!r} where {expected!r} is expected")


def _axes_inside(place: PlaceInRun) -> dict[str, str]:
    return {axis: place.axes[axis] for axis in AXES if axis in place.axes}


def _verify_csv(path: Path) -> None:
    """Compare a table for people with the sealed one for programs; without a whole one nothing is said."""
    sealed = path.with_suffix(".parquet")
    if sealed.is_file() and not damage_of(sealed):
        tables.check_csv(path)


def _verify_by_manifest(verify: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return what compares a file with the manifest beside it, and reads it where that is damaged."""

    def verified(path: Path) -> None:
        manifest = manifest_of(path)
        if manifest and manifest.is_file() and damage_of(manifest):
            verify(path)  # the manifest itself is told
        else:
            read_origin(path)

    return verified


def _verify_png(path: Path) -> None:
    try:
        with Image.open(path) as image:
            image.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise DamagedError(path, f"not a readable PNG: {error}") from error


def _verify_svg(path: Path) -> None:
    try:
        ElementTree.parse(path)
    except (ElementTree.ParseError, ValueError) as error:
        raise DamagedError(path, f"not a readable SVG: {error}") from error


def _verify_page(path: Path) -> None:
    if not path.read_bytes().rstrip().endswith(b"</html>"):
        raise DamagedError(path, "its end is missing")


OF_PLACES = {".zip": _verify_shard, ".parquet": _verify_parquet, ".json": manifests.read}
OTHERS = {
    ".csv": _verify_csv,
    ".png": _verify_by_manifest(_verify_png),
    ".svg": _verify_by_manifest(_verify_svg),
    ".html": _verify_by_manifest(_verify_page),
}
