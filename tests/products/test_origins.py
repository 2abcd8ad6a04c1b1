"""What a product says of its origin, and the words for what differs."""

import pytest

from saliometer.audit.differences import first_difference
from saliometer.audit.origin_files import read_mark
from saliometer.figures import style
from saliometer.products.origins import mark
from saliometer.products.seals import json_digest

JOB = {
    "settings": {"method": {"samples": 2, "name": "a"}, "rounds": [1]},
    "versions": {"torch": "2.14", "zarr": "3"},
    "code": {"saliometer.methods.gradient": "ab", "report/page.html.jinja": "cd"},
}


@pytest.mark.parametrize(
    ("section", "changed", "said"),
    [
        (
            "settings",
            {"method": {"samples": 3, "name": "a"}, "rounds": [1]},
            "settings.method.samples was 2 and is now 3",
        ),
        ("settings", {"method": {"samples": 2, "name": "a"}}, "settings.rounds was [1] and is now not there"),
        ("settings", JOB["settings"] | {"x": "y" * 90}, f"settings.x was not there and is now {'y' * 40}..."),
        ("versions", {"torch": "2.15", "zarr": "3"}, "version of torch was 2.14 and is now 2.15"),
        ("code", JOB["code"] | {"saliometer.methods.gradient": "x"}, "code of saliometer.methods.gradient"),
        ("code", {"saliometer.methods.gradient": "x"}, "code of saliometer's report/page.html.jinja"),
    ],
)  # fmt: skip
def test_the_first_difference_in_words(section, changed, said):
    assert first_difference(JOB, JOB | {section: changed}) == said


def test_figures_and_page_tell_their_origin_and_no_more(tmp_path):
    inputs = {"tables": {"jobs": "a<&\"'>", "files": "b"}}
    for name in ("one", "two"):
        style.save(style.message_figure(["made up"]), tmp_path / name, mark(JOB, inputs, "a/figure"))
    style.save(style.message_figure(["made up"]), tmp_path / "none")
    for suffix in (".png", ".svg"):
        one, two = (tmp_path / f"{name}{suffix}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
        assert read_mark(one) == {"job": json_digest(JOB), "made_from": inputs, "stem": "a/figure"}
        assert read_mark(tmp_path / f"none{suffix}") == {}
