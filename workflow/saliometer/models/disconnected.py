"""The disconnected grid: a network that sees each tile of a mosaic on its own, so that none acts on another.

After DiFull of Rao, Boehle & Schiele, "Towards better understanding attribution methods" (CVPR 2022). Asked for
a class it answers the sum, over the target's tiles, of the network's logit for that tile alone: nothing outside
them can matter, so what a method gives to other tiles is its own doing, and its score here is its ceiling.

The target's tiles are part of the question. So an output stands for a class and a pattern of tiles: class plus
number of classes times the pattern's number, and methods go on asking for one output of a network.
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

    ``tiles`` int64 (patterns, tiles of a target), numbered row by row from 0. Maps (n, channels, H, W) to
    (n, patterns x classes).
    """

    def __init__(self, network: nn.Module, grid: tuple[int, int], tiles: torch.Tensor):
        super().__init__()
        self.network, self.grid = network, grid
        self.register_buffer("tiles", tiles)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        logits = self.network(cut(inputs, self.grid).flatten(0, 1))
        logits = logits.unflatten(0, (-1, self.grid[0] * self.grid[1]))
        return logits[:, self.tiles].sum(dim=2).flatten(1)  # a product with zeros and ones might be rounded


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
                f"model {self.name}: has {self.classes} classes, so there is no class {unknown[0]} to explain; "
                "ask for another class or use another model"
            )
        numbers = {tuple(row): number for number, row in enumerate(self.network.tiles.tolist())}
        patterns = [numbers[tuple(row)] for row in _tiles_of(tile_is_target).tolist()]
        return targets + self.classes * np.array(patterns, dtype=np.int64)

    def question_of(self, outputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the class (n,) and the target's tiles (n, tiles of a target) of outputs (n,)."""
        tiles = self.network.tiles
        return outputs % self.classes, tiles[(outputs // self.classes).to(tiles.device)]


def disconnected(model: Model, tile_is_target: np.ndarray, height: int, width: int) -> Disconnected:
    """Return the disconnected grid of a model, which is left as it is.

    Parameters: booleans (n, rows, columns), the patterns of target tiles that it will be asked about, of
    equally many tiles each; ``height`` and ``width`` of the mosaics, by whose tiles it is asked how many
    classes it has. Raises UserError where the network does not take tiles of that size.
    """
    import torch

    grid = tile_is_target.shape[1:]
    tiles = torch.as_tensor(np.unique(_tiles_of(tile_is_target), axis=0))
    network = TiledNetwork(model.network, grid, tiles).eval().to(model.device)
    own = {field.name: getattr(model, field.name) for field in fields(Model)}
    found = Disconnected(**own | {"network": network, "grid": grid}, inner=model)
    problem = found.size_problem(height, width)
    if problem:
        raise UserError(f"model {model.name}: {problem}; change the tile size or the model")
    example = model.uniform_input((0.5, 0.5, 0.5)).expand(1, -1, height // grid[0], width // grid[1])
    with torch.no_grad():
        return replace(found, classes=model.logits(example.contiguous()).shape[1])


def cut(inputs: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """Cut (n, channels, H, W) into tiles row by row: (n, tiles, channels, H / rows, W / columns)."""
    rows, columns = grid
    tiles = inputs.unflatten(3, (columns, -1)).unflatten(2, (rows, -1))
    return tiles.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)


def _tiles_of(tile_is_target: np.ndarray) -> np.ndarray:
    """Return the numbers of the target's tiles of each pattern (n, rows, columns): int64 (n, k)."""
    flat = np.asarray(tile_is_target).reshape(len(tile_is_target), -1)
    counts = flat.sum(axis=1)
    if counts.min(initial=1) < 1 or len(set(counts.tolist())) > 1:
        raise ValueError("patterns must have equally many target tiles, at least one")
    return np.nonzero(flat)[1].reshape(len(flat), -1)
