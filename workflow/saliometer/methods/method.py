"""A saliency method, ready to explain a model, and what it says of mosaics."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from saliometer.batching import micro_batch_size, within_memory
from saliometer.errors import UserError
from saliometer.methods import registry
from saliometer.methods.engines.checks import check_finite, check_output, check_rows, check_segments
from saliometer.methods.own_file import exits_as_errors, is_path
from saliometer.methods.spec import MethodSpec
from saliometer.seeds import seed_from
from saliometer.settings import Settings

# A batch of maps is large enough to hold some full micro-batches.
INPUTS_PER_BATCH = 32
PASSES_PER_BATCH = 4


class Explanation(NamedTuple):
    """What a method says of mosaics.

    ``maps`` float32 (n, h, w), at the method's own resolution. ``residuals`` float32 (n,): how far the sum of
    each map is from what the method's axiom demands, relative to that; NaN where the method has no axiom or
    its axiom demands 0.
    """

    maps: np.ndarray
    residuals: np.ndarray


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
    def spec(self) -> MethodSpec:
        """What the method is."""
        return registry.spec_of(self.name)

    @property
    def signed(self) -> bool:
        """Whether maps hold negative relevance."""
        return self.spec.is_signed(self.settings)

    @property
    def axiom(self) -> str | None:
        """What the method promises of the sum of each map, in one word; None for nothing."""
        return self.spec.axiom

    @property
    def needs_segments(self) -> bool:
        """Whether the method works on superpixels of the mosaics."""
        return self.spec.needs_segments

    @property
    def upsampling(self) -> str:
        """How maps are brought to the mosaic's size: "bilinear", "nearest" or "none"."""
        return self.spec.upsampling

    def rows_per_batch(self, height: int, width: int) -> int:
        """Return how many maps of mosaics of this size are computed together.

        Raises UserError for a ``micro_batch`` below 1.
        """
        inputs = max(INPUTS_PER_BATCH, PASSES_PER_BATCH * self._micro_batch(height, width))
        return max(1, -(-inputs // max(1, self.spec.inputs_per_map(self.settings))))

    def batches(self, ids: Sequence[str], height: int, width: int) -> list[slice]:
        """Cut rows of these ids into batches of ``rows_per_batch`` and the rest of their last mosaic's rows.

        So rows of one mosaic that follow each other are never torn apart, and share what they can.
        """
        size = self.rows_per_batch(height, width)
        starts = [0]
        for row in range(1, len(ids)):
            if row - starts[-1] >= size and ids[row] != ids[row - 1]:
                starts.append(row)
        return [slice(*ends) for ends in zip(starts, [*starts[1:], len(ids)], strict=True)]

    def attribute(self, mosaics: np.ndarray, targets: Sequence[int], ids: Sequence[str]) -> np.ndarray:
        """Return the maps of ``explain`` alone, float32 (n, h, w)."""
        return self.explain(mosaics, targets, ids).maps

    def explain(
        self,
        mosaics: np.ndarray,
        targets: Sequence[int],
        ids: Sequence[str],
        segments: np.ndarray | None = None,
        names: Sequence[str] | None = None,
    ) -> Explanation:
        """Explain the logits of classes on mosaics.

        Parameters
        ----------
        mosaics : uint8, shape (n, H, W, 3); rows of one mosaic that follow each other share work
        targets : integers, shape (n,), the class asked of each mosaic
        ids : strings or integers, shape (n,), what each map's seed comes from, besides the block's name. Maps
            of equal ids share their noise, whatever the target
        segments : int32, shape (n, H, W), the superpixel of each pixel, numbered from 0 in each mosaic, for a
            method that needs them (default: those of ``saliometer.mosaics.segments`` with its defaults)
        names : (n,), what error messages call the mosaics (default: their ids)

        How rows are cut into batches, and which other rows there are, changes nothing but rounding.
        Raises UserError for arrays that do not fit together, a mosaic of one segment where the method needs
        several, and a map with NaN or infinite values.
        """
        targets, mosaics = np.asarray(targets), np.asarray(mosaics)
        names = ids if names is None else names
        check_rows(f"method {self.block}", mosaics, targets, ids)
        if self.needs_segments:
            if segments is None:
                # By name: the jobs of the workflow bring segments, and must not grow stale with this module.
                segments = import_module("saliometer.mosaics.segments").segment_all(mosaics, ids)
            check_segments(f"method {self.block}", self.model.name, segments, mosaics.shape[:3], names)
        parts = [
            self._explain_batch(
                mosaics[rows],
                targets[rows],
                ids[rows],
                segments[rows] if self.needs_segments else None,
                names[rows],
            )
            for rows in self.batches(ids, *mosaics.shape[1:3])
        ]
        return Explanation(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def _explain_batch(
        self,
        mosaics: np.ndarray,
        targets: np.ndarray,
        ids: Sequence[str],
        segments: np.ndarray | None,
        names: Sequence[str],
    ) -> Explanation:
        """Explain the rows of one batch, all in memory."""
        import torch

        from saliometer.methods.engines.attribution import Attribution

        attribute = registry.describe(self.name).attribute
        classes = torch.as_tensor(targets.astype(np.int64))
        seeds = [seed_from(str(item), self.block) for item in ids]
        more = {} if segments is None else {"segments": segments}

        def compute(micro_batch: int) -> Attribution | torch.Tensor:
            inputs = self.model.preprocess(mosaics)
            with exits_as_errors() if is_path(self.name) else nullcontext():
                return attribute(
                    self.model, inputs, classes, seeds, self.settings, micro_batch=micro_batch, **more
                )

        planned = self._micro_batch(*mosaics.shape[1:3])
        with self._telling_whose_error():
            result, done_with = within_memory(
                compute, planned, f"method {self.block} on model {self.model.name}"
            )
        if done_with < planned:
            self.micro_batch = done_with
        maps, residuals = (
            result if isinstance(result, Attribution) else (result, torch.full((len(ids),), torch.nan))
        )
        height, width = mosaics.shape[1:3]
        fixed = (height, width) if self.upsampling == "none" else None
        check_output(f"method {self.block}", maps, residuals, len(mosaics), fixed)
        maps, residuals = (tensor.detach().float().cpu().numpy() for tensor in (maps, residuals))
        check_finite(f"method {self.block} on model {self.model.name}", maps, names, targets)
        return Explanation(maps, residuals)

    @contextmanager
    def _telling_whose_error(self) -> Iterator[None]:
        """Raise errors of what computes maps as UserErrors that name this block; leave all others."""
        try:
            yield
        except UserError as error:
            # Engines know the model and the reason, and not which block of methods they work for.
            text = str(error)
            raise UserError(text if text.startswith("method ") else f"method {self.block}: {text}") from error
        except (SystemExit, KeyboardInterrupt) as error:
            if not is_path(self.name):
                raise
            file = Path(self.name).name  # the path may be that of a plan's copy
            raise UserError(
                f"method {self.block}: its attribute raised {type(error).__name__}; correct {file}"
            ) from error

    def _micro_batch(self, height: int, width: int) -> int:
        return micro_batch_size(self.micro_batch, self.model.device.type, height, width)
