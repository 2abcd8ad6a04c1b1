"""Uniform images that stand for "nothing to see": where paths start and what covers a part of a mosaic."""

import torch


def uniform_image(model, name: str) -> torch.Tensor:
    """Return a uniform image as the network sees it, (channels, 1, 1).

    ``name`` is "black", "white", "mid_grey" (half way between) or "mean_colour", the mean of the model's
    preprocessing: zero, but for networks whose inputs are not normalised.
    """
    black, white = model.input_bounds()
    mean_colour = model.uniform_input(model.mean)
    values = {"black": black, "white": white, "mid_grey": (black + white) / 2, "mean_colour": mean_colour}
    return values[name]
