"""Pictures of every kind, with pixels known beforehand."""

import struct

import numpy as np
import pytest
from PIL import Image

from images_helpers import BLUE, GREEN, NOISE, RED, WHITE, chunk, encoded, png, with_orientation, written
from saliometer.images.read import read_image

GREY, RGB, GREY_ALPHA = 0, 2, 4  # colour types of the PNG specification


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_pictures_keep_their_pixels(tmp_path, kind):
    image = read_image(written(tmp_path / "a", encoded(Image.fromarray(NOISE), kind)))
    assert image.dtype == np.uint8
    assert np.array_equal(image, NOISE)
    image[0, 0] = 0  # the caller owns it


def test_lossless_webp(tmp_path):
    data = encoded(Image.fromarray(NOISE), "WEBP", lossless=True)
    assert np.array_equal(read_image(written(tmp_path / "a.webp", data)), NOISE)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF"])
def test_grey_becomes_three_equal_channels(tmp_path, kind):
    data = encoded(Image.fromarray(NOISE[:, :, 0]), kind)
    assert np.array_equal(read_image(written(tmp_path / "a", data)), np.repeat(NOISE[:, :, :1], 3, axis=2))


def test_black_and_white(tmp_path):
    bits = NOISE[:, :, 0] > 127
    data = encoded(Image.fromarray(bits), "PNG")
    expected = np.repeat(bits[:, :, np.newaxis] * np.uint8(255), 3, axis=2)
    assert np.array_equal(read_image(written(tmp_path / "a.png", data)), expected)


# Ink of cyan, magenta, yellow, black, and the light that it leaves: (255 - ink)(255 - black)/255.
INKS = {
    (0, 0, 0, 0): WHITE,
    (0, 0, 0, 255): (0, 0, 0),
    (0, 255, 255, 0): RED,
    (255, 0, 255, 0): GREEN,
    (255, 255, 0, 0): BLUE,
    (0, 102, 204, 51): (204, 122, 41),
}


@pytest.mark.parametrize("ink", INKS)
def test_cmyk_jpeg_as_adobe_writes_it(tmp_path, ink):
    data = encoded(Image.new("CMYK", (16, 16), ink), "JPEG", quality=100)
    assert b"Adobe" in data
    image = read_image(written(tmp_path / "a.jpg", data))
    assert np.abs(image.astype(int) - INKS[ink]).max() <= 2


def test_palette_with_a_transparent_colour_lies_on_white(tmp_path):
    image = Image.new("P", (3, 1))
    image.putpalette([*RED, *GREEN, *BLUE])
    image.putdata([0, 1, 2])
    for kind in ("PNG", "GIF"):
        plain = read_image(written(tmp_path / "a", encoded(image, kind)))
        assert plain.tolist() == [[list(RED), list(GREEN), list(BLUE)]]
        clear = read_image(written(tmp_path / "a", encoded(image, kind, transparency=1)))
        assert clear.tolist() == [[list(RED), list(WHITE), list(BLUE)]]


def test_palette_with_half_transparent_colours(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *GREEN])
    image.putdata([0, 1])
    data = encoded(image, "PNG", transparency=bytes([255, 51]))
    assert read_image(written(tmp_path / "a.png", data)).tolist() == [[list(RED), [204, 255, 204]]]


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_alpha_is_composed_on_white_and_hidden_colours_stay_hidden(tmp_path, kind):
    image = Image.new("RGBA", (3, 1))
    image.putdata([(*RED, 255), (*RED, 0), (*RED, 51)])
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    result = read_image(written(tmp_path / "a", encoded(image, kind, **options)))
    assert result.tolist() == [[list(RED), list(WHITE), [255, 204, 204]]]


def test_grey_with_alpha(tmp_path):
    image = Image.new("LA", (3, 1))
    image.putdata([(0, 255), (0, 0), (0, 51)])
    result = read_image(written(tmp_path / "a.png", encoded(image, "PNG")))
    assert result[0, :, 0].tolist() == [0, 255, 204]


@pytest.mark.parametrize(("mode", "key", "kept"), [("L", 7, 8), ("RGB", (1, 2, 3), (1, 2, 4))])
def test_colour_key_is_transparent(tmp_path, mode, key, kept):
    image = Image.new(mode, (2, 1))
    image.putdata([key, kept])
    result = read_image(written(tmp_path / "a.png", encoded(image, "PNG", transparency=key)))
    assert result[0, 0].tolist() == list(WHITE)
    assert result[0, 1].tolist() == (list(kept) if mode == "RGB" else [kept] * 3)


SIXTEEN = np.array([0, 255, 256, 257, 32767, 32768, 65279, 65535], dtype=np.uint16)
EIGHT = [0, 0, 1, 1, 127, 128, 254, 255]


def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path):
    data = png(8, 1, 16, GREY, [SIXTEEN.astype(">u2").tobytes()])
    assert read_image(written(tmp_path / "a.png", data))[0].tolist() == [[value] * 3 for value in EIGHT]


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bit_tiff_of_either_byte_order(tmp_path, order):
    import tifffile

    tifffile.imwrite(tmp_path / "a.tif", SIXTEEN[np.newaxis], byteorder=order)
    assert read_image(tmp_path / "a.tif")[0, :, 1].tolist() == EIGHT


def test_sixteen_bit_colour_is_scaled_as_grey_is(tmp_path):
    data = png(8, 1, 16, RGB, [np.repeat(SIXTEEN, 3).astype(">u2").tobytes()])
    assert read_image(written(tmp_path / "a.png", data))[0].tolist() == [[value] * 3 for value in EIGHT]


def test_sixteen_bit_alpha_is_composed_on_white(tmp_path):
    samples = np.array([0, 65535, 0, 0], dtype=">u2").tobytes()
    data = png(2, 1, 16, GREY_ALPHA, [samples])
    assert read_image(written(tmp_path / "a.png", data))[0, :, 0].tolist() == [0, 255]


def test_sixteen_bit_colour_key(tmp_path):
    samples = np.array([700, 701], dtype=">u2").tobytes()
    data = png(2, 1, 16, GREY, [samples], chunk(b"tRNS", struct.pack(">H", 700)))
    assert read_image(written(tmp_path / "a.png", data))[0, :, 2].tolist() == [255, 2]


# EXIF 2.3, tag 0x0112: on which side of the scene row 0 and column 0 of the stored picture lie.
SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def scene_of(stored: np.ndarray, orientation: int) -> np.ndarray:
    """The specification's sentence as an array operation, a second implementation of the turn."""
    sides = SIDES[orientation]
    scene = stored if sides[0] in ("top", "bottom") else stored.swapaxes(0, 1)
    scene = scene[::-1] if "bottom" in sides else scene
    return scene[:, ::-1] if "right" in sides else scene


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_exif_turned_pictures_are_upright(tmp_path, kind, orientation):
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(Image.fromarray(NOISE), kind, exif=with_orientation(orientation), **options)
    assert np.array_equal(read_image(written(tmp_path / "a", data)), scene_of(NOISE, orientation))


@pytest.mark.parametrize("orientation", SIDES)
def test_exif_turned_sixteen_bit_picture(tmp_path, orientation):
    samples = np.arange(12, dtype=np.uint16).reshape(3, 4) << 8
    data = encoded(Image.fromarray(samples), "PNG", exif=with_orientation(orientation))
    result = read_image(written(tmp_path / "a.png", data))
    assert np.array_equal(result[:, :, 0], scene_of(samples >> 8, orientation))


def test_exif_turned_jpeg_has_its_corners_where_they_belong(tmp_path):
    stored = np.zeros((32, 64, 3), dtype=np.uint8)
    stored[:16, :32], stored[:16, 32:], stored[16:, :32], stored[16:, 32:] = RED, GREEN, BLUE, WHITE
    data = encoded(Image.fromarray(stored), "JPEG", quality=95, exif=with_orientation(6))
    image = read_image(written(tmp_path / "a.jpg", data))
    assert image.shape == (64, 32, 3)
    corners = image[[0, 0, -1, -1], [0, -1, 0, -1]].astype(int)
    assert np.abs(corners - [BLUE, RED, WHITE, GREEN]).max() <= 10


def test_first_picture_of_an_mpo_jpeg_is_read(tmp_path):
    first, second = Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), BLUE)
    path = written(tmp_path / "a.jpg", encoded(first, "MPO", save_all=True, append_images=[second]))
    with Image.open(path) as image:
        assert (image.format, image.n_frames) == ("MPO", 2)
    assert np.abs(read_image(path).astype(int) - RED).max() <= 2
