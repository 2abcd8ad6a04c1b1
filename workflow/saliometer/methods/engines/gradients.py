"""Engine: gradients of target logits with respect to the input.

Parameters of a Model are frozen, and ``torch.autograd.grad`` asks for the input's gradient alone: filling
the parameters' gradients costs about twice as much.
"""

from collections.abc import Callable

import numpy as np
import torch

from saliometer.batching import slices
from saliometer.errors import UserError

Points = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def target_logits(model, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Pick the logit of each row's class: (n, classes) and int64 (n,) on the CPU to (n,).

    Raises UserError for a class that the model does not have.
    """
    check_targets(model, logits, targets)
    return logits.gather(1, targets.to(logits.device)[:, None])[:, 0]


def check_targets(model, logits: torch.Tensor, targets: torch.Tensor) -> None:
    """Raise UserError for a class, int64 on the CPU, that the model's logits (m, classes) do not have."""
    unknown = targets[(targets < 0) | (targets >= logits.shape[1])]
    if len(unknown):
        raise UserError(
            f"model {model.name}: has {logits.shape[1]} classes, so there is no class {int(unknown[0])} to "
            "explain; ask for another class or use another model"
        )


def logits_of_targets(
    model, inputs: torch.Tensor, targets: torch.Tensor, micro_batch: int | None = None
) -> torch.Tensor:
    """Return the logit of each row's class, (n,), by forward passes of the distinct inputs.

    Parameters: ``inputs`` (n, channels, H, W), of which equal ones that follow each other pass once.
    """
    distinct, of_row = torch.unique_consecutive(inputs, return_inverse=True, dim=0)
    with torch.no_grad():
        logits = torch.cat([model.logits(distinct[rows]) for rows in slices(len(distinct), micro_batch)])
    return target_logits(model, logits[of_row], targets)


def tainted(values: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """Return what explains logits, (n, ...), made NaN where a logit (n,) is not finite.

    Rules that cut or clip can make a finite map of a NaN, which would be stored as if it explained something.
    """
    return values + (0 * logits.detach()).view(-1, *[1] * (values.ndim - 1))


def input_gradients(
    model, inputs: torch.Tensor, targets: torch.Tensor, micro_batch: int | None = None
) -> torch.Tensor:
    """Return the gradient of each row's target logit with respect to its input, (n, 3, H, W)."""
    return torch.cat(
        [
            gradient_pass(model, inputs[rows], targets[rows], micro_batch)
            for rows in slices(len(inputs), micro_batch)
        ]
    )


def weighted_gradients(
    model,
    points: Points,
    targets: torch.Tensor,
    weights: np.ndarray,
    micro_batch: int | None = None,
    factors: Points | None = None,
) -> torch.Tensor:
    """Sum, for every map, the gradients at its sample points times the weights of the samples.

    Parameters
    ----------
    model : the Model
    points : function of the rows and the samples wanted, both int64 (p,), to inputs (p, 3, H, W).
        Called once for each pass; every (row, sample) is wanted once, rows in order, samples in order within
    targets : int64 (n,), the class asked of each row
    weights : shape (s,), one per sample
    micro_batch : pairs of a row and a sample in one pass, however they share rows
    factors : function like ``points`` to what each gradient is multiplied by (default: nothing)

    Returns (n, 3, H, W).
    """
    rows_of_pairs = torch.arange(len(targets)).repeat_interleave(len(weights))
    samples_of_pairs = torch.arange(len(weights)).repeat(len(targets))
    weights_of_samples = torch.as_tensor(weights, dtype=torch.float32)
    sums = None
    for pairs in slices(len(rows_of_pairs), micro_batch):
        rows, samples = rows_of_pairs[pairs], samples_of_pairs[pairs]
        gradients = gradient_pass(model, points(rows, samples), targets[rows], micro_batch)
        if factors is not None:
            gradients = gradients * factors(rows, samples)
        if sums is None:
            sums = gradients.new_zeros(len(targets), *gradients.shape[1:])
        # A product with a small matrix, because index_add_ on a GPU adds in any order.
        first, last = int(rows[0]), int(rows[-1])
        touched = torch.arange(first, last + 1)
        mixing = (touched[:, None] == rows) * weights_of_samples[samples]
        added = mixing.to(gradients.device) @ gradients.flatten(1)
        sums[first : last + 1] += added.view(-1, *gradients.shape[1:])
    return sums


def gradient_pass(
    model,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    micro_batch: int | None = None,
    prepare: Callable[[torch.Tensor], object] | None = None,
) -> torch.Tensor:
    """Return the gradients of one pass forward and backward, (n, channels, H, W).

    Parameters: ``micro_batch``, how many images may pass; ``prepare``, called with the sum of the target
    logits before the pass backward. A lone image passes twice where two may: kernels for one image round
    otherwise, which can tip a ReLU, and a map must not hang on how rows were cut.
    """
    count = len(inputs)
    if count == 1 and micro_batch != 1:
        inputs, targets = inputs.repeat(2, 1, 1, 1), targets.repeat(2)
    leaf = inputs.detach().requires_grad_()
    with torch.enable_grad():
        logits = target_logits(model, model.logits(leaf), targets)
        explained = logits.sum()
    if prepare is not None:
        prepare(explained)
    (gradients,) = torch.autograd.grad(explained, leaf)
    return tainted(gradients, logits)[:count]
