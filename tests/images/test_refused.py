"""The files that must be refused, each by its name and with its reason."""

import numpy as np
import pytest
from PIL import Image

from images_helpers import BLUE, GREEN, NOISE, RED, encoded, png, with_orientation, written
from saliometer.errors import UserError
from saliometer.images import read
from saliometer.images.read import BadImageError, read_image

RGB = 2  # colour type of the PNG specification


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_animations_and_pages_are_refused_by_name(tmp_path, kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN, BLUE)]
    path = written(tmp_path / "moving", encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    with pytest.raises(UserError, match=r"moving: animated or of several pages"):
        read_image(path)


@pytest.mark.filterwarnings("ignore:Truncated File Read", "ignore:Corrupt EXIF data")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.99])
def test_truncated_files_are_refused_by_name(tmp_path, kind, share):
    data = encoded(Image.fromarray(NOISE), kind)
    path = written(tmp_path / "cut", data[: int(len(data) * share)])
    with pytest.raises(UserError, match=r"cut: (truncated|no picture)"):
        read_image(path)


def test_png_cut_after_its_last_row_is_refused(tmp_path):
    data = encoded(Image.fromarray(NOISE), "PNG")
    with pytest.raises(UserError, match="truncated or damaged"):
        read_image(written(tmp_path / "cut.png", data[:-12]))


def test_png_with_one_altered_byte_is_refused(tmp_path):
    data = bytearray(encoded(Image.fromarray(NOISE), "PNG"))
    data[len(data) // 2] ^= 1
    with pytest.raises(UserError, match="truncated or damaged"):
        read_image(written(tmp_path / "a.png", bytes(data)))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("width", "height"), [(10_000, 9_000), (100_000, 100_000)])
def test_decompression_bombs_are_refused_by_their_header_alone(tmp_path, width, height):
    path = written(tmp_path / "bomb.png", png(width, height, 8, RGB, []))
    with pytest.raises(UserError, match=r"bomb\.png: more than 80,000,000 pixels"):
        read_image(path)


def test_largest_picture_is_read_and_one_pixel_more_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "MAX_PIXELS", 600)
    assert read_image(written(tmp_path / "a.png", encoded(Image.fromarray(NOISE), "PNG"))).shape == (
        20,
        30,
        3,
    )
    monkeypatch.setattr(read, "MAX_PIXELS", 599)
    with pytest.raises(UserError, match="30 x 20"):
        read_image(tmp_path / "a.png")


@pytest.mark.parametrize(("dtype", "mode"), [(np.float32, "F"), (np.int32, "I")])
def test_samples_of_32_bits_are_refused(tmp_path, dtype, mode):
    data = encoded(Image.fromarray(np.zeros((4, 4), dtype=dtype)), "TIFF")
    with pytest.raises(UserError, match=f"samples of mode {mode}, for which no white is defined"):
        read_image(written(tmp_path / "a.tif", data))


@pytest.mark.parametrize("data", [b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_what_is_no_picture_is_refused(tmp_path, data):
    with pytest.raises(BadImageError, match="no picture of a kind that is read") as caught:
        read_image(written(tmp_path / "a.jpg", data))
    assert str(tmp_path / "a.jpg") in str(caught.value)
    assert str(tmp_path) not in caught.value.reason


def test_absent_file_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.png", tmp_path):
        with pytest.raises(BadImageError, match="can't be opened"):
            read_image(path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_files_altered_at_random_are_read_or_refused_and_never_crash(tmp_path, kind):
    rng = np.random.default_rng(1)
    sound = encoded(Image.fromarray(NOISE), kind, exif=with_orientation(6))
    refused = 0
    for _ in range(150):
        data = bytearray(sound)
        for position in rng.integers(0, min(len(data), 200), size=rng.integers(1, 6)):
            data[position] = rng.integers(0, 256)
        try:
            image = read_image(written(tmp_path / "a", bytes(data)))
        except BadImageError:
            refused += 1
        else:
            assert image.ndim == 3
            assert image.shape[2] == 3
    assert refused
