"""Reading where a product comes from, whatever the kind of its file; no array or column is read."""

import html
import json
import re
from pathlib import Path

from saliometer.origins import PAGE_KEY, PNG_KEY, Origin, origin_of
from saliometer.seals import DamagedError, check_opens

HEAD_BYTES = 8192  # of a file of text, where its mark lies
MARKS = {
    ".svg": re.compile(r"<dc:identifier>(.*?)</dc:identifier>"),
    ".html": re.compile(rf'<meta name="{PAGE_KEY}" content="(.*?)">'),
}


def read_origin(path: str | Path) -> Origin:
    """Read where a product comes from; a CSV is what the Parquet table beside it is.

    Raises UserError: DamagedError for a file that can't be read, a plain one for a file that is absent.
    """
    path = Path(path)
    carries_all = path.suffix in (".zip", ".parquet", ".csv")
    return origin_of(_attributes(path) if carries_all else _read_mark(path))


# Reading takes libraries that planning a workflow does not need: they are imported where they are used.
def _attributes(path: Path) -> dict:
    if path.suffix == ".zip":
        from saliometer.shards import read_attributes

        return read_attributes(path)
    from saliometer.tables import parquet_metadata

    return parquet_metadata(path.with_suffix(".parquet"))


def _read_mark(path: Path) -> dict:
    check_opens(path, "product")
    try:
        text = _mark_of_png(path) if path.suffix == ".png" else _mark_of_text(path)
        return json.loads(text) if text else {}
    except (OSError, SyntaxError, ValueError) as error:
        raise DamagedError(path, f"can't be read: {type(error).__name__}") from error


def _mark_of_png(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        return image.info.get(PNG_KEY, "")


def _mark_of_text(path: Path) -> str:
    with path.open("rb") as handle:
        found = MARKS[path.suffix].search(handle.read(HEAD_BYTES).decode(errors="replace"))
    return html.unescape(found[1]) if found else ""
