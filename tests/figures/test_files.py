"""The list of figures follows from the settings alone."""

import subprocess
import sys

import pytest

import synthetic_tables as synthetic
from saliometer.findings.figure_files import GROUPS, PANEL_CHOICES, figure_files

BLOCKED = """
import json, sys
for name in ("matplotlib", "torch", "pandas"):
    sys.modules[name] = None
from saliometer.findings.figure_files import GROUPS, figure_files
study = json.loads(sys.argv[1])
print(sum(len(figure_files(group, study)) for group in GROUPS))
"""


def stems(group, study):
    return [file["stem"] for file in figure_files(group, study)]


def test_scores_has_a_figure_per_metric_that_is_no_alias():
    names = ["precision", "sensitivity", "specificity", "accuracy", "f1", "informedness", "mcc"]
    assert stems("scores", synthetic.study()) == [f"scores/photos/original/net/violins_{n}" for n in names]


def test_reliability_has_two_figures_of_all_metrics_and_four_of_each():
    found = [stem.rsplit("/", 1)[1] for stem in stems("reliability", synthetic.study())]
    assert found[:2] == ["agreement", "components"]
    kinds = [stem.split("_")[0] for stem in found[2:]]
    assert kinds == ["decision"] * 7 + ["ranks"] * 7 + ["anchors"] * 7 + ["spearman"] * 7


def test_replicates_have_a_figure_where_a_saliency_method_has_two():
    study = synthetic.study()
    assert not any("replicates" in stem for stem in stems("scores", study))
    study["replicates"]["random"] = ["0", "1"]  # a control
    assert not any("replicates" in stem for stem in stems("scores", study))
    study["replicates"]["smoothgrad"] = ["0", "1"]
    assert stems("scores", study)[-1] == "scores/photos/original/net/replicates"


def test_panels_has_a_figure_per_choice():
    expected = [f"panels/photos/original/net/panels_{choice}" for choice in PANEL_CHOICES]
    assert stems("panels", synthetic.study()) == expected


def test_every_data_set_and_model_has_its_own_files():
    blocks = {"datasets": {"a": {}, "a_b": {}}, "models": {"b_c": {}, "c": {}}}
    study = synthetic.study(**blocks)
    for group in GROUPS:
        found = stems(group, study)
        assert len(set(found)) == len(found) == 4 * len(stems(group, synthetic.study()))
        assert all(stem.startswith(f"{group}/") for stem in found)


def test_the_order_of_blocks_in_the_config_changes_nothing():
    study = synthetic.study(datasets={"b": {}, "a": {}})
    turned = synthetic.study(datasets={"a": {}, "b": {}})
    turned["methods"] = dict(reversed(turned["methods"].items()))
    assert [figure_files(group, study) for group in GROUPS] == [
        figure_files(group, turned) for group in GROUPS
    ]


def test_labels_are_words_and_captions_exist(request):
    captions = request.config.rootpath / "workflow" / "report"
    for group in GROUPS:
        for file in figure_files(group, synthetic.study()):
            assert all(isinstance(value, str) and value for value in file["labels"].values())
            assert (captions / f"{file['kind']}.rst").is_file()
            assert file["category"]


def test_an_unknown_group_is_refused():
    with pytest.raises(ValueError, match="scores, reliability, panels"):
        figure_files("pictures", synthetic.study())


def test_the_list_needs_no_drawing_library_and_no_tables():
    import json

    command = [sys.executable, "-c", BLOCKED, json.dumps(synthetic.study())]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(result.stdout) == 7 + 30 + 5
