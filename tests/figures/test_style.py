"""Colours, sizes, numbers and files that depend on the content alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

import synthetic_tables as synthetic
from saliometer.figures import style
from saliometer.findings import numbers


def relative_luminance(colour):
    """WCAG 2.2, relative luminance of sRGB."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    lighter, darker = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_controls_are_grey_and_methods_are_not():
    study = synthetic.study()
    for method, colour in style.method_colours(study).items():
        red, green, blue = to_rgb(colour)
        assert (red == green == blue) == study["methods"][method]["control"]


def test_a_method_keeps_its_colour_whatever_the_order_of_blocks():
    study = synthetic.study()
    turned = study | {"methods": dict(reversed(study["methods"].items()))}
    assert style.method_colours(study) == style.method_colours(turned)


def test_more_methods_than_colours_still_differ():
    block = synthetic.describe_method("gradcam")
    study = synthetic.study() | {"methods": {f"m{number:02d}": block for number in range(16)}}
    assert len(set(style.method_colours(study).values())) == 16


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_ink_is_the_one_that_contrasts_more(colour):
    chosen = style.ink_on(colour)
    best = max(contrast(colour, style.INK), contrast(colour, "white"))
    assert contrast(colour, chosen) == pytest.approx(best, rel=0.02)
    assert contrast(colour, chosen) > 4


def test_small_print_can_be_read():
    assert style.SMALL_FONT_SIZE >= 7
    assert contrast(style.FAINT_INK, "white") >= 7


def test_text_width_is_that_of_the_drawn_text():
    figure = style.new_figure(4, 1)
    with style.applied():
        drawn = figure.text(0, 0, "Integrated gradients")
        extent = drawn.get_window_extent(figure.canvas.get_renderer())
        assert style.text_width(["a", "Integrated gradients"]) == pytest.approx(extent.width / 100, rel=0.05)


def some_figure():
    with style.applied():
        figure = style.new_figure(style.COLUMN_WIDTH, 1.0)
        axes = style.add_axes(figure, 0.5, 0.1, 0.1, 0.3)
        axes.plot([0, 1], [0, 1], clip_on=True)
        axes.set_title("made up")
    return figure


def test_equal_figures_give_equal_files_without_date_or_version(tmp_path):
    for name in ("one", "two"):
        style.save(some_figure(), tmp_path / name)
    for suffix in (".svg", ".png"):
        one, two = (tmp_path / f"{name}{suffix}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    text = (tmp_path / "one.svg").read_text()
    assert "<dc:date>" not in text
    assert "Matplotlib v" not in text
    assert b"Software" not in (tmp_path / "one.png").read_bytes()


def test_a_readers_own_settings_change_nothing(tmp_path):
    import matplotlib

    style.save(some_figure(), tmp_path / "ours")
    with matplotlib.rc_context(
        {"font.size": 20, "savefig.dpi": 10, "svg.hashsalt": "x", "lines.linewidth": 9}
    ):
        style.save(some_figure(), tmp_path / "theirs")
    assert (tmp_path / "ours.png").read_bytes() == (tmp_path / "theirs.png").read_bytes()
    assert (tmp_path / "ours.svg").read_bytes() == (tmp_path / "theirs.svg").read_bytes()


def test_png_has_print_resolution(tmp_path):
    from PIL import Image

    style.save(some_figure(), tmp_path / "one")
    with Image.open(tmp_path / "one.png") as image:
        assert image.size[0] / style.COLUMN_WIDTH >= 200


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.784, "0.78"), (-0.004, "0.00"), (-0.25, "\N{MINUS SIGN}0.25"), (1, "1.00"), (np.nan, "\N{EN DASH}")],
)
def test_decimal(value, expected):
    assert numbers.decimal(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.451, ".45"), (-0.451, "\N{MINUS SIGN}.45"), (1.0, "1.00"), (-0.001, ".00"), (0.999, "1.00")],
)
def test_correlation(value, expected):
    assert numbers.correlation(value) == expected


@given(st.floats(-1e6, 1e6))
def test_a_printed_number_is_the_rounded_one(value):
    printed = numbers.decimal(value).replace(numbers.MINUS, "-")
    assert float(printed) == pytest.approx(value, abs=0.00501)
    assert printed != "-0.00"


def test_interval_needs_both_ends():
    assert numbers.interval(0.751, 0.809) == "[0.75, 0.81]"
    assert numbers.interval(np.nan, 0.8) == ""
