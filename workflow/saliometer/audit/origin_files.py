"""Reading where a product comes from, whatever the kind of its file; no array or column is read.

A file that people read has no seal of its own: it is what the sealed file beside it says, as long as it has
the digest that is written there.
"""

import html
import json
import re
from functools import lru_cache
from pathlib import Path

from saliometer.products import manifests
from saliometer.products.manifests import Manifest
from saliometer.products.origins import PAGE_KEY, PNG_KEY, Origin, origin_of
from saliometer.products.paths import MANIFEST
from saliometer.products.seals import DamagedError, check_opens

FIGURES, REPORT = "figures", "report"  # folders of files without seals
DEPTH_OF_FIGURES = 5  # figures/{group}/{dataset}/{form}/{model}/name.png
HEAD_BYTES = 8192  # of a file of text, where its mark lies
MARKS = {
    ".svg": re.compile(r"<dc:identifier>(.*?)</dc:identifier>"),
    ".html": re.compile(rf'<meta name="{PAGE_KEY}" content="(.*?)">'),
}


def read_origin(path: str | Path) -> Origin:
    """Read where a product comes from: of a CSV, figure or page, from the sealed file that tells its digest.

    Raises UserError: DamagedError for a file that can't be read or has another digest, a plain one for a file
    that is absent.
    """
    return origin_of(read_metadata(Path(path)))


# Reading takes libraries that planning a workflow does not need: they are imported where they are used.
def read_metadata(path: Path) -> dict:
    """Read what a product says of itself: its attributes or metadata; raises as ``read_origin`` does."""
    if path.suffix == ".zip":
        from saliometer.shards import read_attributes

        return read_attributes(path)
    if path.suffix in (".parquet", ".csv"):
        from saliometer.tables import check_csv, parquet_metadata

        return parquet_metadata(path) if path.suffix == ".parquet" else check_csv(path)
    if path.name == MANIFEST:
        return _read_manifest(path).metadata
    return _checked_by_manifest(path).metadata


def sealed_beside(path: Path) -> Path:
    """Return the sealed file that tells the digest of a CSV, figure or page; any other file tells its own."""
    if path.suffix == ".csv":
        return path.with_suffix(".parquet")
    if path.suffix in (".png", ".svg", ".html"):
        return manifest_of(path) or path
    return path


def manifest_of(path: Path) -> Path | None:
    """Return where the manifest of a figure or page of a run lies, None for a file of another place.

    Folders are counted, not looked for by name: data sets and models may have any.
    """
    if path.suffix == ".html":
        return path.with_name(MANIFEST) if path.parent.name == REPORT else None
    *_, group, figures = (path, path, *path.parents[:DEPTH_OF_FIGURES])
    return group / MANIFEST if figures.name == FIGURES else None


def _checked_by_manifest(path: Path) -> Manifest:
    sealed = manifest_of(path)
    if sealed is None or not sealed.is_file():
        raise DamagedError(path, f"no {MANIFEST} tells its digest")
    manifest = _read_manifest(sealed)
    digest = manifest.files.get(path.relative_to(sealed.parent).as_posix())
    check_opens(path, "product")
    if digest is None:
        raise DamagedError(path, f"{sealed} does not name it")
    if manifests.file_digest(path) != digest:
        raise DamagedError(path, f"it is not the file that {sealed.name} names")
    return manifest


def _read_manifest(path: Path) -> Manifest:
    check_opens(path, "manifest")
    status = path.stat()
    return _read_once(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=16)  # each is asked for once for every file that it names
def _read_once(path: Path, modified: int, size: int, inode: int) -> Manifest:
    return manifests.read(path)


def read_mark(path: Path) -> dict:
    """Read the mark of a figure or page, which tells whose it is wherever it lies (``origins.mark``).

    Returns {} for a file without one. Raises UserError: DamagedError for a file that can't be read.
    """
    check_opens(path, "product")
    try:
        text = _mark_of_png(path) if path.suffix == ".png" else _mark_of_text(path)
        metadata = json.loads(text) if text else {}
    except (OSError, SyntaxError, ValueError) as error:
        raise DamagedError(path, f"can't be read: {type(error).__name__}") from error
    return metadata if isinstance(metadata, dict) else {}


def is_named(path: Path) -> bool:
    """Tell whether a whole manifest beside a figure or page names it."""
    manifest = manifest_of(path)
    try:
        files = _read_manifest(manifest).files if manifest and manifest.is_file() else {}
    except DamagedError:
        return False
    return bool(files) and path.relative_to(manifest.parent).as_posix() in files


def _mark_of_png(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        return image.info.get(PNG_KEY, "")


def _mark_of_text(path: Path) -> str:
    with path.open("rb") as handle:
        match = MARKS[path.suffix].search(handle.read(HEAD_BYTES).decode(errors="replace"))
    return html.unescape(match[1]) if match else ""
