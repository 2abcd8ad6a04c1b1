"""LIME (Ribeiro, Singh & Guestrin 2016): a linear model of the answers while superpixels are hidden.

Where the default differs from the study (preset "published"):

- The map. The study draws a 0/1 mask of the five superpixels with the largest positive weights, blind to
  negative relevance and to what weighs how much. The default gives pixels the weight of their superpixel.
- What is explained. The study explains the softmax probability, which saturates: near 0 or 1 no superpixel
  changes it, and evidence against other classes counts as evidence for this one. It is noisier, too: maps of
  EfficientNet-Lite0 from two seeds, 500 samples of 41 superpixels, correlated at .87, those of the logit, the
  default, at .97.
- Fill. The study hides superpixels behind black, so dark ones can't be hidden, light ones count for their
  brightness, and black itself speaks for some classes. The default is the mean colour that the model's
  preprocessing subtracts, to which the network above answers 0.0 for every class asked.

The study's 1000 samples are kept: what counts is how many there are for each superpixel. Six gave maps of two
seeds that correlated at .94 (250 for 41 superpixels); a mosaic of 448 pixels has about 150 superpixels.
"""

from typing import Literal

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec


class Settings(base.Settings):
    """How superpixels are hidden, and how the linear model is fitted and drawn."""

    samples: int = Field(
        1000, ge=2, le=100_000, description="Random choices of visible superpixels, the first of them all"
    )
    fill: Literal["mid_grey", "mean_colour", "black", "white"] = Field(
        "mean_colour",
        description="Uniform colour of hidden superpixels, named as the baselines of intgrad (study: black)",
    )
    explains: Literal["logit", "probability"] = Field(
        "logit", description="What the linear model predicts: logit or softmax probability (the study)"
    )
    superpixels: int | None = Field(
        None,
        ge=1,
        description="Draw a 0/1 mask of so many superpixels with the largest positive weights (the study: 5) "
        "in place of all weights with their signs",
    )
    kernel_width: float = Field(
        0.25,
        gt=0,
        le=100,
        description="Cosine distance at which a sample counts .61 of what the mosaic counts",
    )
    ridge: float = Field(1.0, gt=0, description="Penalty of the squared weights in the linear model")


def signed(settings):
    """Tell whether maps hold negative relevance."""
    return settings.superpixels is None


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map."""
    return settings.samples


SPEC = MethodSpec(
    label="LIME",
    signed=signed,
    stochastic=True,
    needs_segments=True,
    presets={
        "published": {"samples": 1000, "fill": "black", "explains": "probability", "superpixels": 5},
    },
    inputs_per_map=inputs_per_map,
)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None, *, segments):
    """Return, for each pixel, the weight of its superpixel in the linear model, or whether it is drawn.

    ``segments`` int32 (n, H, W), the superpixel of each pixel, from 0 without gaps. Maps (n, H, W). Rows of
    one mosaic that follow each other share their samples, and so all passes.
    """
    import torch

    from saliometer.methods.engines.fills import uniform_image
    from saliometer.methods.engines.perturbations import perturbed_scores, rows_of_one_mosaic
    from saliometer.methods.engines.ridge import weighted_ridge
    from saliometer.methods.engines.segments import covered_copies

    groups = rows_of_one_mosaic(inputs, seeds)
    visible, labels = {}, {}
    for row in (rows.start for rows in groups):
        drawn = draw(int(segments[row].max()) + 1, settings.samples, seeds[row])
        visible[row] = drawn.to(inputs.device)
        labels[row] = torch.tensor(segments[row], dtype=torch.int64).to(inputs.device)
    fill = uniform_image(model, settings.fill)

    def copies(row, cut):
        return covered_copies(inputs[row], fill, labels[row], visible[row][cut])

    probability = settings.explains == "probability"
    answers = perturbed_scores(
        model, inputs, targets, seeds, copies, settings.samples, micro_batch, probability
    )
    maps = []
    for rows in groups:
        shown = visible[rows.start]
        closeness = kernel(shown, settings.kernel_width)
        weights = weighted_ridge(shown, answers[rows].T, closeness, settings.ridge).T.float()
        if settings.superpixels is not None:
            weights = largest_positive(weights, settings.superpixels)
        maps.append(weights[:, labels[rows.start]])
    return torch.cat(maps)


def draw(count, samples, seed):
    """Draw the superpixels that each sample shows, every one with probability 1/2: bool (samples, count)."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    visible = torch.randint(0, 2, (samples, count), generator=generator).bool()
    visible[0] = True
    return visible


def kernel(visible, width):
    """Return exp(-d^2 / (2 width^2)) of d = 1 - sqrt(share visible), the cosine distance to all visible."""
    distances = 1 - visible.double().mean(dim=1).sqrt()
    return (-distances.square() / (2 * width**2)).exp()


def largest_positive(weights, count):
    """Return 1 for the ``count`` largest weights of each row that are positive, else 0: float32 (t, k).

    A row with a weight that is not finite becomes NaN, to be refused.
    """
    import torch

    largest = weights.topk(min(count, weights.shape[1]), dim=1).indices
    chosen = torch.zeros(weights.shape, device=weights.device).scatter_(1, largest, 1.0) * (weights > 0)
    return chosen.masked_fill(~weights.isfinite().all(dim=1, keepdim=True), torch.nan)
