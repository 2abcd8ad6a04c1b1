"""Methods restricted to some networks, and comparisons across networks: what a config may say, and plans."""

import re
from collections import Counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config_helpers import job_of_maps, text_of
from saliometer.config.described_methods import METHODS_OF_THE_STUDY
from saliometer.config.study import load_config
from saliometer.errors import UserError
from saliometer.findings.figure_files import GROUPS, figure_files
from saliometer.findings.scope import all_scopes, network_scopes
from saliometer.plan.description import describe_study
from saliometer.products.paths import products
from workflow_runs import ROOT, planned_jobs, snakemake

MIXED = yaml.safe_load((ROOT / "tests" / "helpers" / "mixed.yaml").read_text())
MODELS = list(MIXED["models"])


def changed(**sections):
    """Return the mixed study with blocks laid over its own."""
    return {**MIXED, **{name: {**MIXED.get(name, {}), **block} for name, block in sections.items()}}


def groups(**members):
    return {**MIXED, "comparisons": members}


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (
            changed(methods={"lrp": {"models": ["resnt"]}}),
            "methods.lrp.models: 'resnt' is none of the blocks of models; did you mean 'resnet'?",
        ),
        (changed(methods={"lrp": {"models": []}}), "methods.lrp.models: wanted at least 1 of them, got 0"),
        (
            changed(methods={"lrp": {"models": "resnet"}}),
            "methods.lrp.models: got the text 'resnet', wanted a",
        ),
        (changed(methods={"lrp": {"models": ["resnet"] * 2}}), "methods.lrp.models: 'resnet' is listed more"),
        (
            changed(methods={"bcos": None}),
            "methods.bcos: can't explain models.resnet (resnet18): explains B-cos networks alone, such as "
            "bcos_resnet50; or leave one of the two out, or list in methods.bcos.models what it can explain",
        ),
        (
            changed(models={"third": {"architecture": "resnet18"}}, methods={"edges": {"models": MODELS}}),
            "models.third: no method explains it; add it to a method's models or leave it out",
        ),
        (
            groups(resnet={"resnet": ["lrp"], "bcos_net": ["bcos"]}),
            "comparisons.resnet: a model has this name",
        ),
        (
            groups(ResNet={"resnet": ["lrp"], "bcos_net": ["bcos"]}),
            "comparisons.ResNet: a model has this name",
        ),
        (groups(both={"resnet": ["lrp"]}), "comparisons.both: wanted at least 2 of them, got 1"),
        (groups(both={"resnet": ["lrp"], "bcos_net": []}), "comparisons.both.bcos_net: wanted at least 1"),
        (
            groups(both={"resnet": ["lrp"], "bcosnet": ["bcos"]}),
            "comparisons.both: 'bcosnet' is none of the blocks of models; did you mean 'bcos_net'?",
        ),
        (
            groups(both={"resnet": ["lrpp"], "bcos_net": ["bcos"]}),
            "comparisons.both.resnet: 'lrpp' is none of the blocks of methods; did you mean 'lrp'?",
        ),
        (
            groups(both={"resnet": ["lrp", "lrp"], "bcos_net": ["bcos"]}),
            "comparisons.both.resnet: 'lrp' is listed more than once",
        ),
        (
            groups(both={"resnet": ["lrp", "bcos"], "bcos_net": ["edges"]}),
            "comparisons.both.resnet: bcos does not explain it; add it to methods.bcos.models",
        ),
        (
            groups(both={"resnet": ["lrp", "edges"], "bcos_net": ["edges"]}),
            "comparisons.both: edges stands for resnet and for bcos_net; a comparison ranks each",
        ),
        (groups(**{"a b": {"resnet": ["lrp"], "bcos_net": ["bcos"]}}), "becomes the name of a folder"),
        (groups(both=["lrp"]), "comparisons.both: got a list, wanted names"),
    ],
)
def test_a_mistake_is_one_line(mapping, words):
    with pytest.raises(UserError) as caught:
        load_config(mapping)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.slow
def test_exactly_the_pairs_that_fit_are_planned(tmp_path):
    (tmp_path / "mixed.yaml").write_text(yaml.safe_dump(MIXED))
    finished = snakemake(tmp_path, "--configfile", "mixed.yaml", "--dry-run", "--verbose", block_torch=True)
    shared = ["summarise_scores", "summarise_cost", "estimate_reliability", "plot_scores", "plot_reliability"]
    once = dict.fromkeys(
        ["index_images", "draw_mosaics", *shared, "plot_panels", "write_report", "default"], 1
    )
    assert planned_jobs(finished) == {
        **once,
        "check_models": 2,
        "predict_classes": 2,
        "compute_maps": 5,
        "score_maps": 5,
    }
    pairs = re.findall(r"^Job \d+: maps: (\w+) of (\w+) on", finished.stdout + finished.stderr, re.MULTILINE)
    on_resnet = [("gradcam", "resnet"), ("lrp", "resnet"), ("edges", "resnet")]
    assert Counter(pairs) == Counter([*on_resnet, ("bcos", "bcos_net"), ("edges", "bcos_net")])
    for group in GROUPS:
        files = figure_files(group, describe_study(load_config(MIXED)))
        stems = [file["stem"] for file in files if file["scope"].model == "both"]
        assert stems
        assert all(f"figures/{stem}.svg" in finished.stdout + finished.stderr for stem in stems)


@pytest.mark.slow
def test_the_studys_mix_as_documented_plans_its_eight_methods_on_their_networks(tmp_path):
    text = (ROOT / "config" / "README.md").read_text()
    documented = yaml.safe_load(re.search(r"<!-- the study's mix -->\n```yaml\n(.*?)```", text, re.DOTALL)[1])
    few = {"photos": {"source": "sample_photos"}}
    mosaics = {**documented["mosaics"], "target_tiles": 1, "rounds_per_shard": 10}
    study = {**documented, "datasets": few, "mosaics": mosaics}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
    finished = snakemake(tmp_path, "--configfile", "study.yaml", "--dry-run", "scores", block_torch=True)
    # 7 methods and a control on 2 networks, B-cos on 2 others.
    once = {"check_models": 4, "index_images": 1, "scores": 1}
    expected = {**once, "draw_mosaics": 1, "segment_mosaics": 1, "compute_maps": 18}
    assert planned_jobs(finished) == {**expected, "score_maps": 18}
    told = describe_study(load_config(study))
    ranked = {method for methods in told["comparisons"]["study-resnet"].values() for method in methods}
    assert ranked - {"edges"} == set(METHODS_OF_THE_STUDY)
    assert told["not_explained"] == []


def test_naming_all_models_is_naming_none_and_no_order_matters():
    named = changed(methods={"edges": {"models": MODELS[::-1]}})
    turned = {**named, "comparisons": {"both": {"bcos_net": ["bcos"], "resnet": ["lrp", "edges", "gradcam"]}}}
    turned["models"] = dict(reversed(MIXED["models"].items()))
    one, other = (text_of(load_config(mapping), "reliability") for mapping in (MIXED, turned))
    assert one == other


def test_maps_do_not_depend_on_what_else_a_method_explains():
    alone = load_config(changed(methods={"edges": {"models": ["resnet"]}}))
    assert job_of_maps(alone, "edges") == job_of_maps(load_config(MIXED), "edges")


def test_comparisons_are_scopes_after_those_of_models():
    study = describe_study(load_config(MIXED))
    assert [scope.model for scope in all_scopes(study)] == ["bcos_net", "resnet", "both"]
    assert [scope.model for scope in network_scopes(study)] == ["bcos_net", "resnet"]


@given(st.dictionaries(st.sampled_from("abcd"), st.sets(st.sampled_from("xyz")), min_size=1))
def test_products_are_of_the_pairs_alone(pairs):
    study = {
        "datasets": ["d"],
        "forms": ["original"],
        "models": ["x", "y", "z"],
        "methods": {method: {"models": sorted(models)} for method, models in pairs.items()},
        "replicates": {method: ["0", "1"] if method == "a" else ["0"] for method in pairs},
        "metrics": ["f"],
        "shards": 1,
    }
    found = products("maps", study)
    expected = [
        f"maps/d/original/{model}/{method}/{replicate}/0.zarr.zip"
        for method, models in pairs.items()
        for model in models
        for replicate in study["replicates"][method]
    ]
    assert sorted(found) == sorted(expected)
