"""KernelSHAP (Lundberg & Lee 2017): Shapley values of the squares of a regular grid.

Where the default differs from the study (preset "published"):

- Squares. The study's 16 are a quarter of the mosaic wide, so no square ever lies in two tiles: they know the
  grid that the benchmark hides, and can't leak. The default is five a side, whose edges lie where tiles meet
  only if a mosaic has five rows or columns. Seven would be finer, but need more than twice the coalitions.
- Coalitions. The study draws 100 one by one, repetitions and all. The default takes 200, each with its
  complement and no two alike, in the exact proportions of the Shapley kernel. With EfficientNet-Lite0, maps
  of two seeds correlated at .94 so, at .85 when drawn one by one; at .77 and .71 with 100.
- Fill. The study covers by mid-grey, which its preprocessing took for the mean colour. The default is the
  mean colour that the model's own preprocessing subtracts.

Every mosaic draws its own coalitions, from its own seed. One set for all would save a millisecond each, and
would give all mosaics the same error, which no number of mosaics averages out and no test-retest would show.
"""

from typing import Literal

from pydantic import Field, model_validator

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """Which squares play, and which coalitions of them the network is asked about."""

    squares: int = Field(
        5,
        ge=2,
        le=32,
        description="Squares along each side (the study: 4); without a divisor in common with the mosaic's "
        "rows and columns, no edge of a square lies where tiles meet",
    )
    samples: int = Field(
        200,
        ge=8,
        le=100_000,
        description="Coalitions that the network is asked about, all squares and none among them (the study: "
        "100); at least three for each square",
    )
    sampling: Literal["paired", "independent"] = Field(
        "paired",
        description="Different coalitions, each with its complement, in the exact proportions of the kernel; "
        "or drawn one by one (the study)",
    )
    fill: Literal["mid_grey", "mean_colour", "black", "white"] = Field(
        "mean_colour", description="Uniform colour of absent squares, named as the baselines of intgrad"
    )

    @model_validator(mode="after")
    def _enough_samples(self):
        players = self.squares**2
        if self.samples < min(3 * players, 2**players):
            raise ValueError(
                f"samples: {self.samples} are too few to tell {players} squares apart; "
                f"give at least {min(3 * players, 2**players)} or fewer squares"
            )
        return self


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    if settings.sampling == "paired":
        return min(settings.samples // 2 * 2, 2**settings.squares**2)
    return settings.samples


def map_size(settings):
    """Return the (h, w) of the maps."""
    return settings.squares, settings.squares


SPEC = MethodSpec(
    label="KernelSHAP",
    signed=True,
    stochastic=True,
    upsampling="nearest",
    axiom="efficiency",
    presets={
        "published": {"squares": 4, "samples": 100, "sampling": "independent", "fill": "mid_grey"},
    },
    inputs_per_map=inputs_per_map,
    map_size=map_size,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the Shapley value of each square for the logit, with the residual of efficiency.

    Maps (n, squares, squares), whose sums are logit(mosaic) - logit(all squares absent). Rows of one mosaic
    that follow each other share their coalitions, and so all passes.
    """
    import torch

    from saliometer.methods.engines import coalitions
    from saliometer.methods.engines.attribution import Attribution, relative_residuals
    from saliometer.methods.engines.fills import uniform_image
    from saliometer.methods.engines.perturbations import perturbed_scores, rows_of_one_mosaic
    from saliometer.methods.engines.segments import covered_copies, squares

    draw = {"paired": coalitions.draw_paired, "independent": coalitions.draw_independent}[settings.sampling]
    groups = rows_of_one_mosaic(inputs, seeds)
    drawn = {rows.start: draw(settings.squares**2, settings.samples, seeds[rows.start]) for rows in groups}
    present = {row: torch.as_tensor(some.members).to(inputs.device) for row, some in drawn.items()}
    labels = torch.as_tensor(squares(*inputs.shape[2:], settings.squares)).to(inputs.device)
    fill = uniform_image(model, settings.fill)

    def copies(row, cut):
        return covered_copies(inputs[row], fill, labels, present[row][cut])

    count = inputs_per_map(settings)
    answers = perturbed_scores(model, inputs, targets, seeds, copies, count, micro_batch)
    values = torch.cat([coalitions.shapley_values(drawn[rows.start], answers[rows]) for rows in groups])
    maps = values.float().view(-1, settings.squares, settings.squares)
    demanded = answers[:, 0].double() - answers[:, 1].double()
    return Attribution(maps, relative_residuals(maps.double().sum(dim=(1, 2)), demanded))
