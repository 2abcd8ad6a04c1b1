"""The 1000 classes against the packages that know them, and how names find them."""

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saliometer.errors import UserError
from saliometer.images import imagenet

AMBIGUOUS = {134, 517, 638, 639}
CASE_DECIDES = {264, 474}
every_class = st.sampled_from(imagenet.class_list())
unambiguous_class = every_class.filter(lambda entry: entry.class_index not in AMBIGUOUS)


def timm_data(name: str) -> list[str]:
    folder = Path(importlib.util.find_spec("timm").submodule_search_locations[0])
    return (folder / "data" / "_info" / name).read_text(encoding="utf-8").splitlines()


def test_wnids_are_those_of_timm_in_sorted_order():
    wnids = [entry.wnid for entry in imagenet.class_list()]
    assert wnids == timm_data("imagenet_synsets.txt")
    assert wnids == sorted(set(wnids))
    assert [entry.class_index for entry in imagenet.class_list()] == list(range(1000))


def test_labels_are_the_first_word_of_each_synset():
    lemmas = dict(line.split("\t") for line in timm_data("imagenet_synset_to_lemma.txt"))
    assert [entry.label for entry in imagenet.class_list()] == [
        lemmas[entry.wnid].split(", ")[0] for entry in imagenet.class_list()
    ]


@pytest.mark.slow
def test_labels_are_those_of_torchvision_but_for_the_two_it_lengthened():
    from torchvision.models import ResNet50_Weights

    theirs = ResNet50_Weights.DEFAULT.meta["categories"]
    differing = {
        entry.class_index: (entry.label, name)
        for entry, name in zip(imagenet.class_list(), theirs, strict=True)
        if entry.label != name
    }
    assert differing == {134: ("crane", "crane bird"), 639: ("maillot", "maillot tank suit")}
    assert all(imagenet.class_index(name) == index for index, (_, name) in differing.items())


@pytest.mark.parametrize(
    ("label", "index"),
    [
        ("tabby", 281),
        ("sports car", 817),
        ("Greater Swiss Mountain dog", 238),
        ("Bernese mountain dog", 239),
        ("Cardigan", 264),
        ("cardigan", 474),
        ("Shih-Tzu", 155),
        ("jack-o'-lantern", 607),
        ("greater_swiss_mountain_dog", 238),
    ],
)
def test_labels_of_the_study_and_other_odd_ones(label, index):
    assert imagenet.class_index(label) == index


@given(every_class)
def test_index_and_wnid_find_every_class(entry):
    for name in (entry.class_index, str(entry.class_index), f"{entry.class_index:04d}", entry.wnid):
        assert imagenet.class_index(name) == entry.class_index


@given(unambiguous_class)
def test_label_finds_every_class_that_alone_bears_it(entry):
    assert imagenet.class_index(entry.label) == entry.class_index
    assert imagenet.class_index(entry.label.replace(" ", "_")) == entry.class_index
    if entry.class_index not in CASE_DECIDES:
        assert imagenet.class_index(entry.label.upper()) == entry.class_index


@given(st.one_of(st.text(), st.integers()))
def test_any_name_means_at_most_two_classes_of_the_thousand(name):
    found = imagenet.find_classes(name)
    assert len(found) <= 2
    assert all(0 <= index < 1000 for index in found)


@pytest.mark.parametrize("name", [1000, -1, "1000", "9" * 5000, "", "n00000000", "²", "tabby2"])
def test_names_of_no_class(name):
    assert imagenet.find_classes(name) == ()


@pytest.mark.parametrize(
    ("label", "indices"), [("crane", (134, 517)), ("maillot", (638, 639)), ("CARDIGAN", (264, 474))]
)
def test_label_of_two_classes_is_refused_with_both(label, indices):
    with pytest.raises(UserError, match="names two classes") as caught:
        imagenet.class_index(label)
    assert tuple(map(int, re.findall(r"(\d+) \(n\d{8}\)", str(caught.value)))) == indices


def test_all_unknown_names_are_listed_once_with_the_nearest_label():
    with pytest.raises(UserError) as caught:
        imagenet.class_indices(["tabby", "tabbi", "crane", "sport car", "tabbi", "\u2603"], "here")
    message = str(caught.value)
    assert message.startswith("here: ")
    assert message.count("'tabbi' is no ImageNet index, wnid or label (nearest label: 'tabby')") == 1
    assert "(nearest label: 'sports car')" in message
    assert "'crane' names two classes, 134 (n02012849) and 517 (n03126707)" in message
    assert "'\u2603' is no ImageNet index, wnid or label" in message
    assert "\n" not in message
