"""The disconnected grid: a network that sees each tile of a mosaic on its own, so that none acts on another.

After DiFull of Rao, Boehle & Schiele, "Towards better understanding attribution methods" (CVPR 2022). Asked
for a class it answers the sum, over the target's tiles, of the network's logit for that tile alone: nothing
outside them can matter, so what a method gives to other tiles is its own doing, and its score here is its
ceiling.

The target's tiles are part of the question. So an output stands for a class and a pattern of tiles: class
plus number of classes times the pattern's number, and methods go on asking for one output of a network.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from torch import nn

from saliometer.errors import UserError
from saliometer.models.model import Model

if TYPE_CHECKING:
    import torch


class TiledNetwork(nn.Module):
    """Passes the tiles of its inputs through a network one by one, and sums logits by patterns of tiles.

    ``patterns`` bool (patterns, tiles), row by row. Maps (n, channels, H, W) to (n, patterns x classes).
    """

    def __init__(self, network: nn.Module, grid: tuple[int, int], patterns: torch.Tensor):
        super().__init__()
        self.network, self.grid = network, grid
        self.register_buffer("patterns", patterns)
        # Of each pattern its tiles first, and as many of the others as make all rows equally long.
        order = patterns.int().sort(dim=1, descending=True, stable=True).indices
        tiles = order[:, : int(patterns.sum(dim=1).max())]
        self.register_buffer("tiles", tiles)
        self.register_buffer("counts", patterns.gather(1, tiles)[:, :, None])

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        logits = self.network(cut(inputs, self.grid).flatten(0, 1))
        logits = logits.unflatten(0, (-1, self.grid[0] * self.grid[1]))
        # Chosen, since a product with zeros and ones might be rounded, and NaN where a logit is infinite.
        return logits[:, self.tiles].where(self.counts, 0.0).sum(dim=2).flatten(1)


@dataclass(frozen=True, eq=False)
class Disconnected(Model):
    """A Model whose network is a TiledNetwork; ``inner`` is the Model of a tile, of ``classes`` classes.

    Of the layer that CAMs explain, ``grid`` outputs make up that of a mosaic.
    """

    inner: Model | None = None
    classes: int = 0

    def size_problem(self, height: int, width: int) -> str | None:
        """Say why its tiles can't pass through the network; None when they can."""
        rows, columns = self.grid
        if height % rows or width % columns:
            return f"a mosaic of {height}x{width} pixels can't be cut into {rows}x{columns} equal tiles"
        problem = self.inner.size_problem(height // rows, width // columns)
        return problem and f"sees tiles apart from each other, and {problem}"

    def cut(self, inputs: torch.Tensor) -> torch.Tensor:
        """Cut (n, channels, H, W) into tiles row by row: (n, tiles, channels, H / rows, W / columns)."""
        return cut(inputs, self.grid)

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Return the softmax over the classes of each pattern of tiles."""
        return logits.unflatten(1, (-1, self.classes)).softmax(dim=2).flatten(1)

    def outputs_of(self, targets: np.ndarray, tile_is_target: np.ndarray) -> np.ndarray:
        """Return which output stands for each question, int64 (n,).

        Parameters: classes (n,) and booleans (n, rows, columns), of the patterns that ``disconnected`` got.
        Raises UserError for a class that the network does not have.
        """
        targets = np.asarray(targets, dtype=np.int64)
        unknown = targets[(targets < 0) | (targets >= self.classes)]
        if len(unknown):
            raise UserError(
                f"model {self.name}: has {self.classes} classes, so there is no class {unknown[0]} to "
                "explain; ask for another class or use another model"
            )
        numbers = {tuple(row): number for number, row in enumerate(self.network.patterns.tolist())}
        patterns = [numbers[tuple(row)] for row in tile_is_target.reshape(len(targets), -1).tolist()]
        return targets + self.classes * np.array(patterns, dtype=np.int64)

    def question_of(self, outputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the class (n,) and the target's tiles, bool (n, tiles), of outputs (n,) on the CPU."""
        return outputs % self.classes, self.network.patterns.cpu()[outputs // self.classes]


def disconnected(model: Model, tile_is_target: np.ndarray, height: int, width: int) -> Disconnected:
    """Return the disconnected grid of a model, which is left as it is.

    Parameters: booleans (n, rows, columns), the patterns of target tiles that it will be asked about,
    each of one tile at least; ``height`` and ``width`` of the mosaics, by whose tiles it is asked how many
    classes it has. Raises UserError where the network does not take tiles of that size.
    """
    import torch

    grid = tile_is_target.shape[1:]
    patterns = torch.as_tensor(np.unique(tile_is_target.reshape(len(tile_is_target), -1), axis=0))
    network = TiledNetwork(model.network, grid, patterns).eval().to(model.device)
    attributes = {field.name: getattr(model, field.name) for field in fields(Model)}
    tiled = Disconnected(**attributes | {"network": network, "grid": grid}, inner=model)
    problem = tiled.size_problem(height, width)
    if problem:
        raise UserError(f"model {model.name}: {problem}; change the tile size or the model")
    example = model.uniform_input((0.5, 0.5, 0.5)).expand(1, -1, height // grid[0], width // grid[1])
    with torch.no_grad():
        return replace(tiled, classes=model.logits(example.contiguous()).shape[1])


def cut(inputs: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """Cut (n, channels, H, W) into tiles row by row: (n, tiles, channels, H / rows, W / columns)."""
    rows, columns = grid
    tiles = inputs.unflatten(3, (columns, -1)).unflatten(2, (rows, -1))
    return tiles.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
