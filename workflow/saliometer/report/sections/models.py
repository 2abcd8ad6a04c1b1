"""The networks: their weights, and how right they are about mosaics and about tiles alone."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from saliometer.findings.results import top1_ceiling
from saliometer.findings.scope import Scope, clusters_in_words, within
from saliometer.report.sentences import counted, percent


def model_part(study: Mapping, tables: Mapping[str, pd.DataFrame], scope: Scope) -> list[str]:
    """Sentences about one model on one data set, which is named when there are several."""
    accuracy = within(tables["accuracy"], scope).iloc[0]
    ceiling = top1_ceiling(within(tables["predictions"], scope))
    name = f"{scope.model} on {scope.dataset}" if len(study["datasets"]) > 1 else scope.model
    weights = weights_sentence(scope.model, study["models"][scope.model])
    return [weights, *model_sentences(name, accuracy, ceiling, clusters_in_words(study))]


def weights_sentence(name: str, block: Mapping) -> str:
    """Say what network a model is and with which weights and preprocessing; ``block`` of its settings."""
    architecture = "" if block["architecture"] == name else f" is {block['architecture']}"
    weights = (
        f"the weights {block['weights']}" if block["weights"] else "random initial weights, never trained"
    )
    normalised = [f"{key} {block[key]}" for key in ("mean", "sd") if block.get(key)]
    pixels = f"; pixels normalised by {' and '.join(normalised)}" if normalised else ""
    return f"{name}{architecture}{',' if architecture else ''} with {weights}{pixels}."


def model_sentences(name: str, accuracy: Mapping, ceiling: float, over: str) -> list[str]:
    """Say how right a model is about mosaics and about tiles alone.

    Parameters: ``accuracy``, its row of table accuracy; ``ceiling``, the greatest top-1 rate there can be
    when several classes of a mosaic are asked for; ``over``, what intervals generalise over.
    """
    sentences = [
        f"{name} names the asked class first for {_share(accuracy, 'top1')} of the items and among its first "
        f"five for {_share(accuracy, 'top5')} (intervals over the {over})."
    ]
    if ceiling < 1:
        sentences.append(
            "Since several classes of a mosaic are asked for, no model can name them first for more than "
            f"{percent(ceiling)}."
        )
    if not np.isnan(accuracy["alone_top1"]):
        sentences.append(
            f"Of the target tiles shown alone it recognises {_share(accuracy, 'alone_top1')}, "
            f"{_share(accuracy, 'alone_top5')} within its first five. It recognises every tile of "
            f"{int(accuracy['n_recognised']):,} in {counted(int(accuracy['n_mosaics']), 'mosaic')}."
        )
    if ceiling == 1:
        among = _share(accuracy, "first_among_classes")
        sentences.append(f"Among a mosaic's own classes it puts the asked one first for {among}.")
    whole, target, others = (accuracy[f"logit{part}"] for part in ("", "_target_tiles", "_other_tiles"))
    sentences.append(
        f"The logit of the asked class is {whole:.1f} on average, {target:.1f} when the other tiles are "
        f"covered and {others:.1f} when its own are: the further the last one falls, the better the "
        "assumption that other tiles are wrong answers."
    )
    return sentences


def _share(accuracy: Mapping, key: str) -> str:
    low, high = (accuracy[f"{key}_ci_{side}"] for side in ("low", "high"))
    bounds = f" [{max(0.0, 100 * low):.0f}, {min(100.0, 100 * high):.0f}]" if np.isfinite(low) else ""
    return percent(accuracy[key]) + bounds
