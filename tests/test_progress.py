"""What a person is told of a long loop, in a log and on a terminal."""

import io

import pytest

from saliometer import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def length(cut):
    return cut.stop - cut.start


def test_a_log_gets_a_line_about_every_ten_seconds_and_one_at_the_end(monkeypatch):
    clock = iter([0, 4, 11, 15, 40])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    log = io.StringIO()
    cuts = [slice(0, 2), slice(2, 11), slice(11, 12), slice(12, 200)]
    assert list(progress.tracked(cuts, 200, "maps", "gradcam on lite", length, log)) == cuts
    assert log.getvalue().splitlines() == [
        "gradcam on lite: 11 of 200 maps, 1 per second, 3 min 9 s left",
        "gradcam on lite: 200 of 200 maps, 5 per second",
    ]


def test_an_item_counts_once_unless_its_size_is_told(monkeypatch, capsys):
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    assert list(progress.tracked(iter("abcdefgh"), 8, "images", "folder")) == list("abcdefgh")
    assert capsys.readouterr().err.splitlines() == [
        "folder: 3 of 8 images, 0.25 per second, 20 s left",
        "folder: 6 of 8 images, 0.25 per second, 8 s left",
        "folder: 8 of 8 images, 0.25 per second",
    ]


def test_an_item_is_reported_after_it_is_done():
    log = io.StringIO()
    for _ in progress.tracked("a", 1, "images", "folder", stream=log):
        assert log.getvalue() == ""
    assert "folder: 1 of 1 images" in log.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_nothing_to_do_is_no_error(stream):
    assert list(progress.tracked([], 0, "images", "folder", stream=stream)) == []


def test_a_terminal_gets_a_bar():
    terminal = Terminal()
    list(progress.tracked([slice(0, 3), slice(3, 4)], 4, "maps", "gradcam on lite", length, terminal))
    assert "gradcam on lite: 100%" in terminal.getvalue()
    assert "4/4" in terminal.getvalue()
