"""Saliency methods: ``load`` one by name for a model, then let it explain mosaics.

Every module of this folder but ``registry`` is a method; ``engines`` holds what methods share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from saliometer.batching import micro_batch_size, slices, within_memory
from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.seeds import seed_from
from saliometer.settings import Settings, parse

__all__ = ["Method", "load"]

# A batch of maps is large enough to hold some full micro-batches.
INPUTS_PER_BATCH = 32
PASSES_PER_BATCH = 4


def load(name: str, model, micro_batch: int | None = None, block: str | None = None, **settings) -> "Method":
    """Make a saliency method ready to explain one model.

    Parameters
    ----------
    name : name of the method, one of ``registry.METHODS``
    model : a Model, as ``saliometer.models.load`` returns it
    micro_batch : images that pass through the network together (default: by device and image size)
    block : name that enters the seeds and error messages (default: ``name``); two blocks of one random method
        are independent of each other
    **settings : settings of the method, see its ``Settings``

    Raises UserError for an unknown method, an unknown setting or a value out of range.
    """
    checked = parse(registry.settings_class(name), settings, f"method {name}")
    return Method(name, block or name, model, checked, micro_batch)


@dataclass
class Method:
    """A saliency method, ready to explain a model.

    ``name`` is the method's, ``block`` the name under which it is used; ``micro_batch`` images pass through
    the network together (None: by device and image size), fewer once the device has run out of memory.
    """

    name: str
    block: str
    model: Any
    settings: Settings
    micro_batch: int | None = None

    @property
    def signed(self) -> bool:
        """Whether maps hold negative relevance."""
        return registry.describe(self.name).SIGNED

    @property
    def upsampling(self) -> str:
        """How maps are brought to the mosaic's size: "bilinear", "nearest" or "none"."""
        return registry.describe(self.name).UPSAMPLING

    def rows_per_batch(self, height: int, width: int) -> int:
        """Return how many maps of mosaics of this size are computed together.

        Raises UserError for a ``micro_batch`` below 1.
        """
        inputs = max(INPUTS_PER_BATCH, PASSES_PER_BATCH * self._micro_batch(height, width))
        return max(1, -(-inputs // max(1, registry.inputs_per_map(self.name, self.settings))))

    def attribute(self, mosaics: np.ndarray, targets: Sequence[int], ids: Sequence[str]) -> np.ndarray:
        """Explain the logits of classes on mosaics.

        Parameters
        ----------
        mosaics : uint8, shape (n, H, W, 3); rows of one mosaic that follow each other share work
        targets : integers, shape (n,), the class asked of each mosaic
        ids : strings or integers, shape (n,), what each map's seed comes from, besides the block's name. Maps
            of equal ids share their noise, whatever the target

        Returns float32 maps of shape (n, h, w), at the method's own resolution. How rows are cut into
        batches, and which other rows there are, changes nothing but rounding.
        Raises UserError for arrays that do not fit together, and for a map with NaN or infinite values.
        """
        targets = np.asarray(targets)
        if not (np.ndim(mosaics) == 4 and len(mosaics) == len(targets) == len(ids) > 0):
            raise UserError(
                f"method {self.block}: mosaics {np.shape(mosaics)}, {len(targets)} targets, {len(ids)} ids; "
                "give (n, H, W, 3) with n of each, at least one"
            )
        if targets.ndim != 1 or not np.issubdtype(targets.dtype, np.integer):
            raise UserError(
                f"method {self.block}: targets are {targets.dtype} {targets.shape}; give integers (n,)"
            )
        batches = slices(len(mosaics), self.rows_per_batch(*mosaics.shape[1:3]))
        return np.concatenate(
            [self._explain_batch(mosaics[rows], targets[rows], ids[rows]) for rows in batches]
        )

    def _explain_batch(self, mosaics: np.ndarray, targets: np.ndarray, ids: Sequence[str]) -> np.ndarray:
        """Explain the rows of one batch, all in memory."""
        import torch

        attribute = registry.describe(self.name).attribute
        classes = torch.as_tensor(targets.astype(np.int64))
        seeds = [seed_from(str(item), self.block) for item in ids]

        def compute(micro_batch: int) -> torch.Tensor:
            inputs = self.model.preprocess(mosaics)
            return attribute(self.model, inputs, classes, seeds, self.settings, micro_batch=micro_batch)

        planned = self._micro_batch(*mosaics.shape[1:3])
        maps, done_with = within_memory(compute, planned, f"method {self.block} on model {self.model.name}")
        if done_with < planned:
            self.micro_batch = done_with
        maps = maps.detach().float().cpu().numpy()
        finite = np.isfinite(maps).all(axis=(1, 2))
        if not finite.all():
            row = int(np.argmin(finite))
            raise UserError(
                f"method {self.block} on model {self.model.name}: the map of mosaic {ids[row]} for class "
                f"{targets[row]} is not finite; check the model's weights, mean and sd"
            )
        return maps

    def _micro_batch(self, height: int, width: int) -> int:
        return micro_batch_size(self.micro_batch, self.model.device.type, height, width)
