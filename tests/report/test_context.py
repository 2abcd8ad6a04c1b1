"""Sentences about reliability, data, models, settings and cost follow from the numbers they are given."""

import numpy as np
import pandas as pd
import pytest

import synthetic_tables as synthetic
from report_helpers import NAN
from saliometer.findings.results import Cost
from saliometer.reliability.codes import Code
from saliometer.report.chapter.agreement import alpha_sentences
from saliometer.report.chapter.easy import correlation_sentences
from saliometer.report.pictures.alternative_texts import extreme_pairs
from saliometer.report.sections import methods
from saliometer.report.sections.cost import cost_sentence
from saliometer.report.sections.data import data_sentences
from saliometer.report.sections.models import model_sentences, weights_sentence
from saliometer.report.sections.scores import undefined_sentences

LABELS = {"a": "A", "b": "B", "c": "C"}


def coefficient(estimate, low=NAN, high=NAN, **changes):
    row = {"estimate": estimate, "ci_low": low, "ci_high": high, "n_raters": 80, "n_units": 6}
    return row | {"n_clusters": 20, "n_missing": 0, "reason": None, "verdict_code": Code.UNDECIDED} | changes


def test_alpha_sentences_share_a_reason():
    rows = {
        "Precision": coefficient(0.53, 0.45, 0.6, verdict="they agree", n_missing=3),
        "F1": coefficient(NAN, reason="too few"),
        "Accuracy": coefficient(NAN, reason="too few"),
        "Odd": coefficient(NAN),
    }
    assert alpha_sentences(rows, "photographs") == [
        "Precision: alpha 0.53 [0.45, 0.60] for 6 methods (80 items, 20 photographs, 3 items left "
        "out, where a method is undefined): they agree.",
        "F1 and Accuracy: no alpha, too few.",
        "Odd: no alpha, no reason was recorded.",
    ]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Code.ALIKE, "tend to find the same items easy"),
        (Code.OPPOSITE, "hard for another"),
        (Code.UNDECIDED, "is undecided"),
    ],
)
def test_correlation_sentences(verdict, words):
    (said,) = correlation_sentences({"F1": coefficient(0.36, 0.14, 0.54, verdict_code=verdict)})
    assert said.startswith("F1: mean \N{GREEK SMALL LETTER RHO} .36 [.14, .54] between 80 methods")
    assert words in said


def test_reduced_settings_are_those_below_the_published_ones():
    study = synthetic.study()
    labels = {name: block["label"] for name, block in study["methods"].items()}
    assert methods.reduced_settings(study, labels) == [
        "Integrated gradients: steps 8, where the published study has 30",
        "SmoothGrad: samples 4, where the published study has 10",
    ]
    study["methods"]["smoothgrad"]["settings"]["samples"] = 10
    study["mosaics"] = study["mosaics"] | {"tile_size": 160}
    assert methods.reduced_settings(study, labels)[1:] == [
        "Mosaics: tile_size 160, where the published study has 224"
    ]


def test_methods_that_can_not_explain_a_model_are_named_with_the_reason():
    study = {"not_explained": [{"label": "LRP", "model": "vit", "why": "LRP has no rule for attention"}]}
    (said,) = methods.not_explained_sentences(study)
    assert said == "LRP is left out, as it can't explain vit (LRP has no rule for attention)"


def test_published_settings_are_those_of_the_presets():
    from saliometer.methods.registry import describe, with_preset
    from saliometer.mosaics import rendering

    for method, settings in methods.PUBLISHED.items():
        preset = "published" if describe(method).SPEC.presets else None
        published = describe(method).Settings(**with_preset(method, preset, {}))
        assert settings == {key: getattr(published, key) for key in settings}
    assert set(methods.PUBLISHED_MOSAICS) <= set(rendering.Settings.model_fields)


def test_weights_sentence():
    block = {"architecture": "resnet18", "weights": "IMAGENET1K_V1", "mean": None, "sd": None}
    assert weights_sentence("resnet18", block) == "resnet18 with the weights IMAGENET1K_V1."
    untrained = block | {"weights": None, "mean": [0.5, 0.5, 0.5]}
    assert weights_sentence("mine", untrained) == (
        "mine is resnet18, with random initial weights, never trained; pixels normalised by mean "
        "[0.5, 0.5, 0.5]."
    )


def test_data_sentences():
    use = pd.DataFrame(
        {"class_index": [1, 2, 2], "n_tiles": [4, 5, 4], "n_mosaics": [4, 5, 4], "n_target": [2, 2, 2]}
    )
    text = " ".join(data_sentences("pets", "folder", use, synthetic.MOSAICS, 6, 12))
    assert (
        "3 photographs of 2 classes make 6 mosaics of 2 \N{MULTIPLICATION SIGN} 2 tiles of 224 pixels" in text
    )
    assert "asked for in turn: 12 items, each a mosaic and an asked class" in text
    assert "4 to 5 tiles and is the target of 2 items; mosaics share photographs" in text
    alone = data_sentences("pets", "folder", use.assign(n_tiles=1, n_mosaics=1), synthetic.MOSAICS, 6, 12)
    assert "share" not in " ".join(alone)


def test_model_sentences_name_the_ceiling_only_where_there_is_one():
    keys = ("top1", "top5", "first_among_classes", "alone_top1", "alone_top5")
    accuracy = dict.fromkeys(keys, 0.2) | {
        f"{key}_ci_{side}": 0.1 for key in keys for side in ("low", "high")
    }
    accuracy |= {"logit": 5.04, "logit_target_tiles": 6, "logit_other_tiles": -1}
    accuracy |= {"n_recognised": 3, "n_mosaics": 40}
    assert any("25 %" in said for said in model_sentences("net", accuracy, 0.25, "photographs"))
    said = model_sentences("net", accuracy, 1.0, "photographs")
    assert len(said) == 4
    assert "recognises every tile of 3 in 40 mosaics" in said[1]
    assert "puts the asked one first for 20 % [10, 10]" in said[2]
    assert "is 5.0 on average, 6.0 when the other tiles are covered and -1.0 when its own are" in said[3]
    assert len(model_sentences("net", accuracy | {"alone_top1": NAN}, 1.0, "photographs")) == 3


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ([], ""),
        ([("A", NAN)], ""),
        ([("A", 0.5)], "A took 0.5 s per map on a CPU."),
        ([("A", 0.5), ("B", 2.0)], "A map took between 0.5 s (A) and 2 s (B) on a CPU, 4.0 times as much."),
    ],
)
def test_cost_sentence(costs, expected):
    costs = [Cost(label, 80, seconds, NAN, ["cpu"]) for label, seconds in costs]
    assert cost_sentence(costs) == expected


def test_undefined_sentences_leave_out_what_is_not_applicable():
    from saliometer.metrics import catalogue

    rows = pd.DataFrame(
        [
            ("precision", "gradcam", "no positive relevance", True, 4),
            ("mcc", "gradcam", "not applicable: x", False, 9),
        ],
        columns=["metric", "method", "reason", "applicable", "n"],
    )
    said = undefined_sentences(rows, {"gradcam": "Grad-CAM"}, catalogue({"classification": {}}))
    assert said == ["Precision of Grad-CAM: undefined on 4 maps (no positive relevance)."]


def test_extreme_pairs():
    rows = pd.DataFrame({"method_a": list("aab"), "method_b": list("bcc"), "estimate": [0.5, -0.25, np.nan]})
    minus = "\N{MINUS SIGN}"
    assert extreme_pairs(rows, LABELS) == f"lowest: A and C {minus}0.25; highest: A and B 0.50"
    assert extreme_pairs(rows[2:], LABELS) == ""
