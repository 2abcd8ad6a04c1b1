"""Engine: maps of a disconnected grid from maps of its tiles, for methods that go through a network's layers.

The grid answers the sum of the logits of the target's tiles, no two of which share a pixel. So what adds up
to the logit of each tile adds up to the sum.
"""

from collections.abc import Callable

import torch

from saliometer.methods.engines.attribution import Attribution, relative_residuals
from saliometer.methods.engines.gradients import logits_of_targets
from saliometer.methods.engines.layouts import joined

Explain = Callable[..., Attribution]


def explain_by_tiles(
    explain: Explain,
    model,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    micro_batch: int | None = None,
) -> Attribution:
    """Explain each target tile by the network of a tile, and leave all other tiles zero.

    Parameters: ``explain``, function of the Model of a tile, tiles (m, channels, h, w) and classes (m,) to
    their maps (m, h, w) with residuals; ``model``, a disconnected grid; ``inputs`` (n, channels, H, W) and
    its outputs asked, int64 (n,) on the CPU. Returns maps (n, H, W) and the residuals of their whole sums.
    """
    classes, tiles = model.question_of(targets)
    cut, (rows, places) = model.cut(inputs), torch.nonzero(tiles, as_tuple=True)
    of_tiles = explain(model.inner, cut[rows, places], classes[rows]).maps
    maps = of_tiles.new_zeros(*cut.shape[:2], *of_tiles.shape[1:])
    maps[rows, places] = of_tiles
    maps = joined(maps.flatten(0, 1)[:, None], model.grid)[:, 0]
    demanded = logits_of_targets(model, inputs, targets, micro_batch)
    return Attribution(maps, relative_residuals(maps.double().sum(dim=(1, 2)), demanded.double()))
