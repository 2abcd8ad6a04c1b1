"""Digests of code: words for people change nothing, and whatever a product may hold does."""

import ast

import pytest

from saliometer.syntax import digest_of_file, digests_of_tree

MODULE = '''
"""A module."""
import argparse
import sys
import warnings

from pydantic import Field

LABEL = "Grad-CAM"
ABOUT = "What it is about."
REASON = "no relevance at all"
LIMIT = 3
METRICS = {"precision": MetricSpec(label="Precision", meaning="a share", undefined_when="no relevance")}


class Settings(Base):
    """What to set."""

    samples: int = Field(10, ge=1, description="How many samples")


def main(arguments):
    """Run."""
    parser = argparse.ArgumentParser(description="Compute maps.")
    parser.add_argument("--job", default="{}", help="canonical JSON")
    frame = compute(parser.parse_args(arguments), f"{LIMIT} rows")
    print(f"{len(frame)} maps -> {arguments.output}", file=sys.stderr)
    warnings.warn("slow")
    return frame


def compute(job, name):
    """Compute."""
    if not job:
        near = find(job)
        hint = f"did you mean {near}?" if near else "choose one"
        raise UserError(f"method {name}: unknown; {hint}; {_listed(near)}")
    try:
        return {"maps": job * 0.5 + 1, "reason": f"skipped {name}", "count": LIMIT}
    except StopError as error:
        raise BadImageError(name, "truncated") from error


def _listed(names):
    return ", ".join(names) + " and more"


def _suffix(name):
    return f"{name}.parquet"


def write(frame, name):
    with open(_suffix(name), "w") as handle:
        print("a row", file=handle)
'''

OF_LABELS = {
    "the label of a method": ('LABEL = "Grad-CAM"', 'LABEL = "GradCAM"'),
    "what a family is about": ('"What it is about."', '"About it."'),
    "the label of a metric": ('label="Precision"', 'label="Focus"'),
    "the meaning of a metric": ('meaning="a share"', 'meaning="the share"'),
}
WORDS = {
    "a docstring of a module": ('"""A module."""', '"""Another."""'),
    "a docstring of a class": ('"""What to set."""', '"""Set this."""'),
    "a docstring of a function": ('"""Compute."""\n    if', "if"),
    "a comment": ("LIMIT = 3", "LIMIT = 3  # at most"),
    "layout": ("LIMIT = 3", "\n\nLIMIT=(\n  3)"),
    "the description of a setting": ("How many samples", "The number of samples"),
    "the description of a command": ("Compute maps.", "Make maps."),
    "a help text": ("canonical JSON", "the job"),
    "a line that is printed": ("maps -> ", "maps are in "),
    "a warning": ('"slow"', '"this takes long"'),
    "the message of an error": ("unknown; ", "not known; "),
    "what a message is made of": ("unknown; {hint}; {_listed(near)}", "not known"),
    "a hint of an error": ("did you mean", "perhaps"),
    "another hint of an error": ("choose one", "take one"),
    "a function that only an error calls": (" and more", " and others"),
}
CODE = {
    "a default": ("Field(10,", "Field(20,"),
    "a limit": ("ge=1", "ge=2"),
    "a default of an option": ('default="{}"', 'default="[]"'),
    "a formula": ("* 0.5", "* 0.25"),
    "a term": (" + 1", " + 2"),
    "a constant": ("LIMIT = 3", "LIMIT = 4"),
    "a text that is stored": ("skipped {name}", "left out {name}"),
    "a text that is handed on": ("{LIMIT} rows", "{LIMIT} lines"),
    "a reason": ("no relevance at all", "no relevance"),
    "when a metric is undefined": ('undefined_when="no relevance"', 'undefined_when="none"'),
    "a key": ('"maps": job', '"map": job'),
    "a name of a file": (".parquet", ".csv"),
    "what an exception carries": ('"truncated"', '"cut"'),
    "a text that is printed into a file": ('"a row"', '"a line"'),
    "a condition": ("if not job", "if job"),
    "what is raised": ("raise UserError", "raise OtherError"),
    "another call": ("near = find(job)", "near = search(job)"),
}


def digests_of(edit):
    assert MODULE.count(edit[0]) == 1, edit
    return digests_of_tree(ast.parse(MODULE.replace(*edit)))


BEFORE = digests_of_tree(ast.parse(MODULE))


@pytest.mark.parametrize("edit", WORDS.values(), ids=WORDS)
def test_words_for_people_change_no_digest(edit):
    assert digests_of(edit) == BEFORE


@pytest.mark.parametrize("edit", OF_LABELS.values(), ids=OF_LABELS)
def test_labels_change_the_digest_for_jobs_that_show_them_alone(edit):
    after = digests_of(edit)
    assert after.without_labels == BEFORE.without_labels
    assert after.with_labels != BEFORE.with_labels


@pytest.mark.parametrize("edit", CODE.values(), ids=CODE)
def test_what_a_product_may_hold_changes_both_digests(edit):
    after = digests_of(edit)
    assert after.without_labels != BEFORE.without_labels
    assert after.with_labels != BEFORE.with_labels


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LABEL = 1", "LABEL = 2"),
        ("def f(x):\n    raise ValueError('a')", "def f(x):\n    raise ValueError('b')"),
        ("handle = register('relu')", "handle = register('tanh')"),
        ("@register\ndef _relu(x):\n    return x", "@register\ndef _relu(x):\n    return 2 * x"),
        ("C = replace(C, label='cat')", "C = replace(C, label='dog')"),
        ("def f():\n    print('a')", "def f():\n    print('b')"),
    ],
)
def test_in_a_file_of_a_users_own_no_text_is_mere_words(before, after):
    assert digest_of_file(ast.parse(before)) != digest_of_file(ast.parse(after))


def test_in_a_file_of_a_users_own_docstrings_and_layout_change_nothing():
    one = 'def f(x):\n    """Words."""\n    return  x  # more words\n'
    assert digest_of_file(ast.parse(one)) == digest_of_file(ast.parse("def f(x):\n    return x"))


def test_what_is_registered_or_global_counts_in_the_package():
    def digest(text):
        return digests_of_tree(ast.parse(text)).without_labels

    registered = "@register\ndef _relu(x):\n    return {}\n"
    assert digest(registered.format("x")) != digest(registered.format("2 * x"))
    shared = "def set_mode():\n    global MODE\n    MODE = '{}'\n\ndef run():\n    return MODE\n"
    assert digest(shared.format("max")) != digest(shared.format("sum"))
