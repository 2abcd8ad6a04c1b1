"""Sentences about what a run measured on what: data, models, settings and cost. Pure functions."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from saliometer.findings.results import Cost, MethodResult
from saliometer.findings.scope import Scope
from saliometer.report.sentences import counted, listed, percent

DEVICE_WORDS = {"cpu": "a CPU"}
# Settings of the study of Fresz, Loercher & Huber (FAccT 2024) that a run may lower to save time.
PUBLISHED = {
    "smoothgrad": {"samples": 10},
    "intgrad": {"steps": 30},
    "lime": {"samples": 1000},
    "shap": {"samples": 100},
}
FORMS_NAMED = 3  # more are counted
PUBLISHED_MOSAICS = {"tile_size": 224}


def data_sentences(
    name: str, source: str, use: pd.DataFrame, mosaics: Mapping, n_mosaics: int, n_items: int
) -> list[str]:
    """Describe one data set and form.

    Parameters: ``name`` of the data set and ``source`` of its images, as the config has them; ``use``, its
    rows of table image_use; ``mosaics``, the settings of the mosaics; the numbers of mosaics and of
    items (mosaic and asked class).
    """
    photographs = counted(len(use), "photograph")
    classes = counted(use["class_index"].nunique(), "class", "classes")
    grid = f"{mosaics['rows']} \N{MULTIPLICATION SIGN} {mosaics['columns']} tiles"
    grid += f" of {mosaics['tile_size']} pixels"
    target_tiles = counted(int(mosaics["target_tiles"]), "tile")
    asked = (
        "Every class of a mosaic is asked for in turn"
        if mosaics["targets"] == "all"
        else "Each mosaic is asked for the class it was drawn for"
    )
    shared = int(use["n_mosaics"].max()) > 1
    return [
        f"Data set {name} (source {source}): {photographs} of {classes} make "
        f"{counted(n_mosaics, 'mosaic')} of {grid}; a target is shown on {target_tiles}.",
        f"{asked}: {counted(n_items, 'item')}, each a mosaic and an asked class.",
        f"Each photograph is on {_range(use['n_tiles'], 'tile')} and is the target of "
        f"{_range(use['n_target'], 'item')}"
        + ("; mosaics share photographs, so they are not independent." if shared else "."),
    ]


def _range(counts: pd.Series, noun: str) -> str:
    low, high = int(counts.min()), int(counts.max())
    return counted(low, noun) if low == high else f"{low:,} to {counted(high, noun)}"


def form_sentences(study: Mapping, scores: pd.DataFrame, scope: Scope) -> list[str]:
    """Say which form a scope tells of, where its data set has several; ``scores`` of the whole study."""
    there = set(scores["form"][scores["dataset"] == scope.dataset])
    others = [form for form in study["forms"] if form in there and form != scope.form]
    if not others:
        return []
    named = listed(others) if len(others) <= FORMS_NAMED else f"{len(others)} other forms"
    are = "is" if len(others) == 1 else "are"
    return [f"This is about the form {scope.form}; {named} {are} held against it under Reliability."]


def weights_sentence(name: str, block: Mapping) -> str:
    """Say what network a model is and with which weights and preprocessing; ``block`` of its settings."""
    architecture = "" if block["architecture"] == name else f" is {block['architecture']}"
    weights = (
        f"the weights {block['weights']}" if block["weights"] else "random initial weights, never trained"
    )
    given = [f"{key} {block[key]}" for key in ("mean", "sd") if block.get(key)]
    pixels = f"; pixels normalised by {' and '.join(given)}" if given else ""
    return f"{name}{architecture}{',' if architecture else ''} with {weights}{pixels}."


def model_sentences(name: str, accuracy: Mapping, ceiling: float, over: str) -> list[str]:
    """Say how right a model is about mosaics and about tiles alone.

    Parameters: ``accuracy``, its row of table accuracy; ``ceiling``, the greatest top-1 rate there can be
    when several classes of a mosaic are asked for; ``over``, what intervals generalise over.
    """
    first, five = (_share(accuracy, key) for key in ("top1", "top5"))
    said = [
        f"{name} names the asked class first for {first} of the items and among its first five for "
        f"{five} (intervals over the {over})."
    ]
    if ceiling < 1:
        said.append(
            f"Since several classes of a mosaic are asked for, no model can name them first for more than "
            f"{percent(ceiling)}."
        )
    alone = [_share(accuracy, key) for key in ("alone_top1", "alone_top5")]
    if not np.isnan(accuracy["alone_top1"]):
        said.append(
            f"Of the target tiles shown alone it recognises {alone[0]}, {alone[1]} within its first five. "
            f"It recognises every tile of {int(accuracy['n_recognised']):,} in "
            f"{counted(int(accuracy['n_mosaics']), 'mosaic')}."
        )
    whole, target, others = (
        f"{accuracy[key]:.1f}" for key in ("logit", "logit_target_tiles", "logit_other_tiles")
    )
    if ceiling == 1:
        among = _share(accuracy, "first_among_classes")
        said.append(f"Among a mosaic's own classes it puts the asked one first for {among}.")
    said.append(
        f"The logit of the asked class is {whole} on average, {target} when the other tiles are covered and "
        f"{others} when its own are: the further the last one falls, the better the assumption that other "
        "tiles are wrong answers."
    )
    return said


def _share(accuracy: Mapping, key: str) -> str:
    low, high = (accuracy[f"{key}_ci_{side}"] for side in ("low", "high"))
    bounds = f" [{max(0.0, 100 * low):.0f}, {min(100.0, 100 * high):.0f}]" if np.isfinite(low) else ""
    return percent(accuracy[key]) + bounds


def reduced_settings(study: Mapping, labels: Mapping[str, str]) -> list[str]:
    """Say what was computed with fewer steps, samples or pixels than in the published study.

    Parameters: ``study``, the settings of the run; ``labels`` of the blocks of methods.
    """
    blocks = [
        (labels[name], block["settings"], PUBLISHED.get(block["method"], {}))
        for name, block in sorted(study["methods"].items())
    ]
    return [
        f"{label}: {key} {settings[key]}, where the published study has {published[key]}"
        for label, settings, published in [*blocks, ("Mosaics", study["mosaics"], PUBLISHED_MOSAICS)]
        for key in published
        if key in settings and settings[key] < published[key]
    ]


def not_explained_sentences(study: Mapping) -> list[str]:
    """Say which methods of the published study can't explain a model of the run, and why."""
    return [
        f"{found['label']} is left out, as it can't explain {found['model']} ({found['why']})"
        for found in study["not_explained"]
    ]


def settings_in_words(settings: Mapping) -> str:
    """Return settings as ``key value, key value``; a dash where there is nothing to set."""
    given = {key: value for key, value in settings.items() if value is not None}
    return ", ".join(f"{key} {value}" for key, value in given.items()) or "\N{EN DASH}"


def not_applicable_sentences(results: Sequence[MethodResult]) -> list[str]:
    """Name the methods that a metric does not apply to, in one sentence; none when there are none."""
    labels = list(dict.fromkeys(result.label for result in results if not result.applicable))
    return [f"Not applicable to {listed(labels)}: their maps have no negative relevance."] if labels else []


def undefined_sentences(undefined: pd.DataFrame, label, metrics: Mapping) -> list[str]:
    """List scores that are undefined, other than by not being applicable, with their reasons.

    Parameters: ``undefined``, rows of that table; ``label``, a function from a method to its label;
    ``metrics``, those to speak of, by name.
    """
    rows = undefined[
        undefined["metric"].isin(metrics) & ~undefined["reason"].str.startswith("not applicable")
    ]
    return [
        f"{metrics[row.metric].label} of {label(row.method)}: undefined on {counted(int(row.n), 'map')} "
        f"({row.reason})."
        for row in rows.itertuples()
    ]


def cost_sentence(costs: Sequence[Cost]) -> str:
    """Name the cheapest and the dearest method by seconds per map; "" where nothing was timed."""
    known = sorted((cost.seconds_per_map, cost.label) for cost in costs if np.isfinite(cost.seconds_per_map))
    if not known:
        return ""
    devices = {device for cost in costs for device in cost.devices}
    where = f" on {listed([DEVICE_WORDS.get(name, name) for name in sorted(devices)])}" if devices else ""
    (least, cheap), (most, dear) = known[0], known[-1]
    if len(known) == 1:
        return f"{cheap} took {least:.2g} s per map{where}."
    ratio = f", {most / least:.1f} times as much" if least > 0 else ""
    return f"A map took between {least:.2g} s ({cheap}) and {most:.2g} s ({dear}){where}{ratio}."
