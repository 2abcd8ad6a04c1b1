"""Gradients and noise by colour, for networks that see each colour and its complement too.

Such a network's channels are no free variables: what is added to a colour is taken from its complement.
"""

import torch


def by_colour(model, gradients: torch.Tensor) -> torch.Tensor:
    """Return the derivatives by red, green and blue, (n, 3, H, W), from those by the network's channels."""
    if not model.complements:
        return gradients
    colours, complements = gradients.split(3, dim=1)
    return colours - complements


def as_channels(model, changes: torch.Tensor) -> torch.Tensor:
    """Return changes of red, green and blue, (n, 3, H, W), as changes of the network's channels."""
    return torch.cat([changes, -changes], dim=1) if model.complements else changes
