"""The preset ``published`` of CAMs and SmoothGrad: maps stretched to [0, 1] at the mosaic's size."""

import numpy as np
import pytest
import torch

from methods_helpers import QUICK, convolutional_model, explain, photos
from saliometer.methods.engines.stretching import stretched


def as_the_released_code(maps, size, name):
    """Stretch and enlarge one map after the other; Grad-CAM++ is stretched before it is enlarged, too."""

    def stretch(one):
        return (one - one.min()) / (one.max() - one.min())

    def enlarge(one):
        return torch.nn.functional.interpolate(one[None, None], size=size, mode="bilinear")[0, 0]

    before = stretch if name == "gradcam++" else (lambda one: one)
    return torch.stack([stretch(enlarge(before(one))) for one in maps])


@pytest.mark.parametrize("name", ["gradcam", "gradcam++", "smoothgrad"])
def test_maps_are_stretched_as_the_released_code_does(name):
    model = convolutional_model()
    inputs, targets = model.preprocess(photos(3)), [0, 2, 2]
    settings = QUICK.get(name, {})
    plain = explain(name, model, inputs, targets, **settings)
    found = explain(name, model, inputs, targets, min_max=True, **settings)
    assert found.shape == (3, 8, 8)
    assert (found.amin(dim=(1, 2)) == 0).all()
    assert (found.amax(dim=(1, 2)) == 1).all()
    torch.testing.assert_close(found, as_the_released_code(plain, (8, 8), name))


def test_a_constant_map_becomes_zero():
    maps = torch.stack([torch.full((2, 2), 3.0), torch.tensor([[1.0, 2.0], [3.0, 5.0]])])
    np.testing.assert_array_equal(stretched(maps), [[[0, 0], [0, 0]], [[0, 0.25], [0.5, 1]]])
