"""Null control: the mosaic's edges, which tell what draws the eye but nothing of the class asked for."""

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec

LUMA = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709


class Settings(base.Settings):
    """The edge map has no settings."""


def inputs_per_map(settings):
    """Return the number of inputs that pass through the network for a map: none."""
    return 0


SPEC = MethodSpec(label="Edges", control=True, inputs_per_map=inputs_per_map)


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    """Return the magnitude of the Sobel gradient of the grey mosaic, (n, H, W), whatever the class.

    Grey levels lie in [0, 1] and the derivatives are per pixel. Beyond the border, the border's pixels are
    repeated.
    """
    import torch

    black, white = model.input_bounds()
    luma = torch.tensor(LUMA, device=inputs.device).view(3, 1, 1)
    colours = ((inputs - black) / (white - black))[:, :3]  # complements may follow
    grey = (colours * luma).sum(dim=1)
    padded = torch.nn.functional.pad(grey[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    across = _smooth(padded, 1)[:, :, 2:] - _smooth(padded, 1)[:, :, :-2]
    down = _smooth(padded, 2)[:, 2:] - _smooth(padded, 2)[:, :-2]
    return torch.hypot(across, down) / 2


def _smooth(images, axis):
    """Average (n, H, W) with the weights 1/4, 1/2, 1/4 along an axis, which gets shorter by two."""
    length = images.shape[axis] - 2
    before, centre, after = (images.narrow(axis, start, length) for start in range(3))
    return (before + 2 * centre + after) / 4
