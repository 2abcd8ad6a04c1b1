"""The page is whole by itself, says what the tables say, and nothing in it can come alive."""

import re

import pandas as pd
import pytest

import synthetic_tables as synthetic
from page_reader import Page
from report_helpers import STAND_IN, make_page, write_stand_ins
from saliometer.errors import UserError
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.findings.results import method_results
from saliometer.findings.scope import Scope
from saliometer.reliability.codes import Code, encoded, note
from saliometer.report.sentences import with_interval

HOSTILE = '<script>alert("x")</script>&"\''


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return Page(make_page(tmp_path_factory.mktemp("figures")))


def test_nothing_is_loaded_from_anywhere(page):
    for tag, attributes in page.tags:
        for name in ("src", "href", "srcset", "poster", "data", "action"):
            assert re.match(r"(data:|#)", attributes.get(name) or "#"), (tag, name)
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_styles_load_nothing(tmp_path):
    style = re.search(r"<style>(.*?)</style>", make_page(tmp_path), re.S)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_every_figure_is_there_and_has_alternative_text_and_caption(page):
    expected = sum(len(figure_files(group, synthetic.study())) for group in GROUPS)
    images = page.all("img")
    assert len(images) == len(page.all("figure")) == len(page.all("figcaption")) == expected
    assert all(len(image["alt"]) > 30 for image in images)
    assert all(int(image["width"]) == 326 for image in images)


def test_the_story_is_told_in_order(page):
    headings = [section["id"] for section in page.all("section")]
    expected = ["data", "models", "methods", "axioms", "scores", "reliability"]
    expected += ["conclusions", "cost", "computed"]
    assert headings == expected
    assert [link["href"] for link in page.all("a")] == [f"#{name}" for name in expected]


def test_the_page_prints_the_means_of_the_table(page):
    results = method_results(synthetic.study(), synthetic.tables(), Scope(**synthetic.SCOPE), "precision")
    for result in results:
        assert with_interval(result.mean) in page.text
    alt = next(
        image["alt"] for image in page.all("img") if image["alt"].startswith("Violin plots of Precision")
    )
    assert all(f"{result.label} {with_interval(result.mean)}" in alt for result in results)


def test_settings_that_were_reduced_are_stated(page):
    assert "Less than in the published study" in page.text
    assert "SmoothGrad: samples 4, where the published study has 10" in page.text
    assert "Packages, as they ran: numpy 2.4.6." in page.text


def test_methods_are_called_by_their_labels(page):
    reason = "left out: Grad-CAM, Grad-CAM++, Gradient, SmoothGrad (not applicable: positive-only)"
    assert f"no alpha, fewer than three comparable methods (2); {reason}" in page.text
    everything = page.text.replace(page.text[page.text.index("All settings") :], "")
    assert "gradcam" not in everything + " ".join(image["alt"] for image in page.all("img"))


@pytest.mark.slow
def test_each_data_set_has_its_own_chance(tmp_path):
    study, tables = synthetic.study(), synthetic.tables()
    study["datasets"]["second"] = study["datasets"]["photos"]
    for name, table in tables.items():
        tables[name] = pd.concat([table, table.assign(dataset="second")], ignore_index=True)
    tiles = tables["tiles"]
    first = tiles["tile"] == 0
    halved = tiles[first & (tiles["dataset"] == "second")].assign(tile=4, **{"class": 999})
    tables["tiles"] = pd.concat([tiles, *(halved.assign(tile=tile) for tile in range(4, 8))])
    text = Page(make_page(tmp_path, study, tables)).text
    assert re.findall(r"Chance is ([0-9.]+)\.", text) == ["0.25", "0.12"]
    assert re.findall(r"Precision by method; chance ([0-9.]+)", text) == ["0.25", "0.12"]


@pytest.mark.slow
def test_with_noise_in_its_place_the_page_no_longer_praises_gradcam(tmp_path):
    text = Page(make_page(tmp_path, like={"gradcam": "random"})).text
    assert "Grad-CAM leads" not in text
    assert "Grad-CAM can't be told from chance" in text
    assert "rank 6 of 6" in text


def test_hostile_names_stay_text(tmp_path):
    study, tables = synthetic.study(), synthetic.tables()
    study["methods"]["gradcam"]["label"] = HOSTILE
    study["run"] = HOSTILE
    left_out = note(Code.LEFT_OUT, groups=[(Code.NEVER_DEFINED, [HOSTILE])])
    tables["reliability"].loc[0, "reason_codes"] = encoded([left_out])
    hostile = Page(make_page(tmp_path, study, tables))
    assert len(hostile.all("script")) == 1
    assert f"Saliometer \N{MIDDLE DOT} run {HOSTILE}" in hostile.text
    assert any(HOSTILE in image["alt"] for image in hostile.all("img"))
    assert not any(name.startswith("on") for _, attributes in hostile.tags for name in attributes)


@pytest.mark.slow
@pytest.mark.parametrize("names", [["gradcam"], ["edges", "random"], ["gradcam", "intgrad"]])
def test_small_studies_have_a_page(tmp_path, names):
    small = Page(make_page(tmp_path, synthetic.study(names), names=names))
    assert "nan" not in small.text.lower().split()
    if names == ["edges", "random"]:
        assert "only controls" in small.text
    else:
        assert "no alpha, fewer than three comparable methods" in small.text


@pytest.mark.slow
def test_several_models_have_a_section_each(tmp_path):
    study, tables = synthetic.study(), synthetic.tables()
    study["models"]["other"] = study["models"]["net"]
    for name, table in tables.items():
        if "model" in table:
            doubled = [table, table.assign(model="other")]
            tables[name] = pd.concat(doubled, ignore_index=True)
    text = Page(make_page(tmp_path, study, tables)).text
    for model in ("net", "other"):
        assert text.count(f"photos / original / {model}") == 6


def test_without_cost_there_is_no_such_section(tmp_path):
    tables = synthetic.tables()
    del tables["cost"]
    page = Page(make_page(tmp_path, tables=tables))
    assert "cost" not in [section["id"] for section in page.all("section")]


def test_a_missing_or_foreign_figure_is_named(tmp_path):
    study = synthetic.study()
    write_stand_ins(tmp_path, study)
    victim = tmp_path / f"{figure_files('scores', study)[0]['stem']}.svg"
    victim.write_text(STAND_IN.replace("viewBox", "box"))
    from saliometer.report.pictures.cards import read_card

    with pytest.raises(UserError, match=r"violins_precision\.svg: not a figure"):
        read_card(victim, "", "")
    victim.unlink()
    with pytest.raises(UserError, match="run the figures stage again"):
        read_card(victim, "", "")


@pytest.mark.slow
def test_the_same_run_gives_the_same_bytes(tmp_path):
    assert make_page(tmp_path) == make_page(tmp_path)
