"""With autocast a network passes mosaics in bfloat16; without it, and for LRP, in float32 throughout."""

import numpy as np
import pytest
import torch
from torch import nn

from methods_helpers import photos
from saliometer import methods, models

BATCH = {"targets": [3, 7], "ids": ["m0", "m1"]}


@pytest.fixture(scope="module")
def pair():
    """The same network without and with autocast."""
    return [models.load("efficientnet_lite0", autocast=autocast) for autocast in (False, True)]


def types_inside(model):
    """Return the types of what comes out of the convolutions in a pass."""
    found = set()
    network = model.passing().network
    layers = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    handles = [layer.register_forward_hook(lambda *given: found.add(given[-1].dtype)) for layer in layers]
    logits = model.logits(model.preprocess(photos(2, 64, 64)))
    for handle in handles:
        handle.remove()
    return found, logits


def test_passes_are_in_bfloat16_where_asked_and_logits_in_float32(pair):
    (plain, logits), (cast, rounded) = (types_inside(model) for model in pair)
    assert (plain, cast) == ({torch.float32}, {torch.bfloat16})
    assert logits.dtype == rounded.dtype == torch.float32
    gap = (logits - rounded).abs().max() / logits.abs().max()
    assert 1e-6 < gap < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gradcam", "gradcam++", "gradient"])
def test_maps_are_near_those_of_float32(pair, name):
    maps, rounded = (
        methods.load(name, model).attribute(photos(2, 64, 64), **BATCH).reshape(2, -1) for model in pair
    )
    assert not np.array_equal(maps, rounded)
    for one, other in zip(maps, rounded, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.9


def test_lrp_stays_in_float32(pair):
    maps, same = (methods.load("lrp", model).attribute(photos(2, 64, 64), **BATCH) for model in pair)
    assert np.array_equal(maps, same)
