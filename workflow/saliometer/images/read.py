"""Reading a picture: any common file as 8-bit RGB, or a refusal that says why.

What is done to the kinds of pictures there are:

- EXIF orientation is applied, so that up is up.
- Greyscale becomes three equal channels.
- CMYK is converted by Pillow's arithmetic, R = (255 - C)(255 - K)/255 and so on. CMYK JPEGs are taken as
  Adobe writes them (inverted). Embedded colour profiles are ignored, as classifiers' loaders ignore them.
- 16-bit samples keep their high byte: the 256 levels are equally wide and nothing is clipped.
- Transparency, be it an alpha channel, a palette's or a colour key, is composed on white, the page
  on which such pictures are drawn.
- Samples of 32 bits are refused, for no white is defined for them, and so are animations, several
  pages, truncated files and decompression bombs. Of a JPEG that carries further pictures beside its
  first (the MPO of phones and stereo cameras) the first is read: the others are previews or depth.

A JPEG whose data are altered but not cut cannot be told from a sound one: the format has no checksum.
PNG has, and it is checked.
"""

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from saliometer.errors import UserError, first_line
from saliometer.products.files import why_no_file

# Only these are tried: other plugins of Pillow run foreign programs or read what is no photograph.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
# Largest picture that is decoded, in pixels (240 MB as RGB). Below Pillow's own threshold for a warning.
MAX_PIXELS = 80_000_000
TOO_LARGE = f"more than {MAX_PIXELS:,} pixels, maybe a decompression bomb; resize it"
EIGHT_BIT_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr"})
SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
WHITE = 255
# What Pillow raises on cut and altered files, as a test sees that alters them at random.
DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    struct.error,
    zlib.error,
)


class BadImageError(UserError):
    """A file that can't be used as an image; ``reason`` says why without naming the file."""

    def __init__(self, path: str | Path, reason: str):
        super().__init__(f"{path}: {reason}")
        self.reason = reason


def read_image(path: str | Path) -> np.ndarray:
    """Read a picture as uint8 array of shape (height, width, 3), RGB, upright.

    Raises BadImageError (a UserError) naming the file and the reason when it can't be opened, is no picture,
    is animated, has several pages, is truncated or damaged, has more than MAX_PIXELS pixels or samples
    of 32 bits.
    """
    with open_file(path) as handle:
        return decode(handle, path)


def open_file(path: str | Path) -> BinaryIO:
    """Open a file for reading; raises BadImageError when that fails, and for what is no file."""
    problem = why_no_file(path)
    if problem:
        raise BadImageError(path, f"can't be opened ({problem})")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise BadImageError(path, f"can't be opened ({error.strerror})") from error


def decode(handle: BinaryIO, path: str | Path) -> np.ndarray:
    """Decode an open file as ``read_image`` does; ``path`` is for the error alone."""
    try:
        reason = _refusal(handle)
        if reason is None:
            handle.seek(0)
            with Image.open(handle, formats=FORMATS) as image:
                return _upright_rgb(image)
    except UnidentifiedImageError:
        reason = f"no picture of a kind that is read ({', '.join(FORMATS)}), or cut within its header"
    except Image.DecompressionBombError:
        reason = TOO_LARGE
    except DECODING_ERRORS as error:
        reason = f"truncated or damaged ({first_line(error)})"
    raise BadImageError(path, reason)


def _refusal(handle: BinaryIO) -> str | None:
    """Say from the header alone why a picture is not decoded; None when there is no reason."""
    with Image.open(handle, formats=FORMATS) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            return f"{TOO_LARGE} ({width} x {height})"
        if image.mode not in EIGHT_BIT_MODES | SIXTEEN_BIT_MODES:
            return f"samples of mode {image.mode}, for which no white is defined; save it with 8 bits"
        if image.format != "MPO" and getattr(image, "is_animated", False):
            return "animated or of several pages; save the one picture that is meant"
        # Checks the checksums and the end of a PNG (a no-op for the other formats): Pillow shows a PNG
        # that is cut after its last row as if it were whole.
        image.verify()
    return None


def _upright_rgb(image: Image.Image) -> np.ndarray:
    """Decode an open picture, turn it upright, and bring it to uint8 (height, width, 3)."""
    image = ImageOps.exif_transpose(image)
    if image.mode in SIXTEEN_BIT_MODES:
        return _sixteen_bit_grey(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.array(image.convert("RGB"))


def _sixteen_bit_grey(image: Image.Image) -> np.ndarray:
    """Bring 16-bit grey to uint8 RGB; Pillow's own conversion would clip at 255."""
    samples = np.asarray(image)
    grey = (samples >> 8).astype(np.uint8)
    if "transparency" in image.info:
        grey[samples == image.info["transparency"]] = WHITE
    return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
