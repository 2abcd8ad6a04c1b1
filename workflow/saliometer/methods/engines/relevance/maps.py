"""Engine of layer-wise relevance propagation: one pass forward and one backward over the whole batch."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

import torch

from saliometer.batching import slices
from saliometer.errors import UserError
from saliometer.methods.engines.attribution import Attribution, relative_residuals
from saliometer.methods.engines.gradients import check_targets, tainted
from saliometer.methods.engines.relevance.graph import Composite, Program, program_of

# Of the largest logit: rounding of folded weights stays far below, computing something else does not.
LOGITS_AGREE = 1e-3

Bounds = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]

# By network, what it was written as, and of which weights: re-drawn weights need new programs.
_programs: WeakKeyDictionary = WeakKeyDictionary()


def relevance_maps(
    model,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    rules: Composite,
    fold: bool,
    bounds: Bounds,
    micro_batch: int | None = None,
) -> Attribution:
    """Propagate the target logits back to the pixels.

    Parameters
    ----------
    model : the Model
    inputs : normalised, (n, 3, H, W); equal inputs that follow each other pass forward once
    targets : int64 (n,), the class asked of each row; its relevance is the logit itself
    rules : pairs of classes of layers and the rule for them
    fold : batch norms become part of the convolution that they alone follow
    bounds : function of inputs (m, 3, H, W) to the lower and upper bounds of their pixels, which broadcast
    micro_batch : distinct inputs in one pass

    Returns maps (n, H, W), sums over channels, and residuals of conservation: sum of the map against logit.
    Raises UserError naming the model where it holds anything without a rule, and for a class that it does
    not have.
    """
    program = _program(model, rules, fold, bounds, inputs[:1])
    distinct, of_row = torch.unique_consecutive(inputs, return_inverse=True, dim=0)
    of_row = of_row.cpu()
    parts = []
    for cut in slices(len(distinct), micro_batch):
        rows = (cut.start <= of_row) & (of_row < cut.stop)
        leaf, logits = _forward(program, distinct[cut], bounds)
        check_targets(model, logits, targets[rows])
        parts.append(_maps(leaf, logits, of_row[rows] - cut.start, targets[rows]))
    maps, logits = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
    sums = maps.sum(dim=(1, 2), dtype=torch.float64)
    return Attribution(maps, relative_residuals(sums, logits.double()))


def _forward(program: Program, inputs: torch.Tensor, bounds: Bounds) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pixels with their bounds (3m, 3, H, W), as a leaf, and the logits (m, classes) of it."""
    shades = (shade.expand_as(inputs) for shade in bounds(inputs))
    leaf = torch.cat([inputs, *shades]).requires_grad_()
    with torch.enable_grad():
        return leaf, program(leaf)


def _maps(leaf, logits, of_row, targets) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the map and the logit of every row, where ``of_row`` (sorted) tells which input is its own.

    One backward pass explains one class of each input, so there are as many as an input has classes at most.
    """
    turns = torch.arange(len(of_row)) - torch.searchsorted(of_row, of_row)
    last = int(turns.max())
    maps = logits.new_empty(len(of_row), *leaf.shape[2:])
    explained = logits.new_empty(len(of_row))
    for turn in range(last + 1):
        rows = torch.nonzero(turns == turn)[:, 0]
        mosaics, classes, rows = (index.to(logits.device) for index in (of_row[rows], targets[rows], rows))
        starts = torch.zeros_like(logits)
        starts[mosaics, classes] = 1  # relevance per unit of the logit
        (gradients,) = torch.autograd.grad(logits, leaf, starts, retain_graph=turn < last)
        relevance = (leaf.detach() * gradients).unflatten(0, (3, len(logits))).sum(dim=(0, 2))
        maps[rows], explained[rows] = relevance[mosaics], logits.detach()[mosaics, classes]
    return tainted(maps, explained), explained


def _program(model, rules: Composite, fold: bool, bounds: Bounds, example: torch.Tensor) -> Program:
    """Return the network as steps, written once and checked with an example input (1, 3, H, W)."""
    versions = tuple((tensor.data_ptr(), tensor._version) for tensor in model.network.state_dict().values())
    written = _programs.setdefault(model.network, {})
    if (rules, fold) not in written or written[rules, fold][0] != versions:
        where = f"method lrp on model {model.name}"
        try:
            program = program_of(model.network, rules, fold)
        except UserError as error:
            raise UserError(f"{where}: the network {error}; leave lrp out for this model") from error
        with torch.no_grad():
            expected = model.passing().network(example)
            gap = (_forward(program, example, bounds)[1] - expected).abs().max()
            if gap > LOGITS_AGREE * expected.abs().max():  # NaN passes, and taints the map of its mosaic
                raise UserError(
                    f"{where}: the network does not compute the same when traced; leave lrp out for it"
                )
        written[rules, fold] = (versions, program)
    return written[rules, fold][1]
