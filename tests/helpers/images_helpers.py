"""Small picture files for the tests of the images stage."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
NOISE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def save_picture(path: Path, colour: tuple[int, int, int] = BLUE, size: tuple[int, int] = (5, 4)) -> Path:
    """Save a picture of one colour, folders included, in the format that its suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def touch(folder: Path, *names: str) -> Path:
    """Make empty files, for what looks at names alone."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def png(width: int, height: int, depth: int, colour_type: int, rows: list[bytes], *chunks: bytes) -> bytes:
    """Write a PNG by its specification, byte by byte, for what Pillow can't write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def written(path: Path, data: bytes) -> Path:
    """Write bytes to a file and return its path."""
    path.write_bytes(data)
    return path


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    """Encode a picture in a format of Pillow."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def with_orientation(value: int) -> Image.Exif:
    """Make EXIF data that hold an orientation, 1 to 8."""
    exif = Image.Exif()
    exif[0x0112] = value
    return exif
