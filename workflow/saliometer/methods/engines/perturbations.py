"""Engine: answers to perturbed copies of a mosaic, a forward pass each, shared by all classes asked of it."""

from collections.abc import Callable, Sequence

import torch

from saliometer.batching import slices
from saliometer.methods.engines.gradients import check_targets

Perturb = Callable[[int, slice], torch.Tensor]


def perturbed_scores(
    model,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    seeds: Sequence[int],
    perturb: Perturb,
    count: int,
    micro_batch: int | None = None,
    probability: bool = False,
) -> torch.Tensor:
    """Return the logit of each row's class for every perturbed copy of its input, (n, count).

    Parameters
    ----------
    model : the Model
    inputs : normalised, (n, channels, H, W)
    targets : int64 (n,), the class asked of each row
    seeds : (n,); rows that follow each other with equal inputs and seeds have the same copies, which pass
        through the network once
    perturb : function of a row and a slice of ``range(count)`` to those copies of the row's input
    count : copies of each input
    micro_batch : copies in one pass
    probability : answer with the softmax probability in place of the logit
    """
    scores = None
    for rows in rows_of_one_mosaic(inputs, seeds):
        asked = targets[rows].to(inputs.device)
        for cut in slices(count, micro_batch):
            with torch.no_grad():
                logits = model.logits(perturb(rows.start, cut))
            if scores is None:
                check_targets(model, logits, targets)
                scores = logits.new_empty(len(inputs), count)
            answers = model.probabilities(logits) if probability else logits
            scores[rows, cut] = answers[:, asked].T
    return scores


def rows_of_one_mosaic(inputs: torch.Tensor, seeds: Sequence[int]) -> list[slice]:
    """Cut the rows (n, channels, H, W) where the mosaic or its seed changes."""
    _, of_row = torch.unique_consecutive(inputs, return_inverse=True, dim=0)
    keys = list(zip(of_row.tolist(), seeds, strict=True))
    starts = [row for row in range(len(keys)) if row == 0 or keys[row] != keys[row - 1]]
    return [slice(*ends) for ends in zip(starts, [*starts[1:], len(keys)], strict=True)]
