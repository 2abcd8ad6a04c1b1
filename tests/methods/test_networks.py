"""Every method on every network of the study and beside it: a map, or a refusal that names both."""

import numpy as np
import pytest
import torch
from bcos.modules.bcosconv2d import NormedConv2d

from methods_helpers import hooks_of, photos
from saliometer import models
from saliometer.errors import UserError
from saliometer.methods import load, registry
from saliometer.models import families

PLAIN = ["resnet18", "resnet50", "vgg11_bn", "vgg16", "densenet121", "mobilenet_v2", "efficientnet_lite0"]
SMOOTH = ["convnext_tiny", "vit_b_16", "swin_t"]
BCOS = ["bcos_resnet50", "bcos_vgg11_bnu"]
NETWORKS = PLAIN + SMOOTH + BCOS
FEWEST = {
    "gradientshap": {"samples": 1},
    "intgrad": {"steps": 1},
    "lime": {"samples": 4},
    "occlusion": {"windows": 1},
    "rise": {"masks": 2},
    "shap": {"squares": 2, "samples": 12},
    "smoothgrad": {"samples": 1},
}
TARGETS = [3, 998]


@pytest.fixture(scope="module", params=NETWORKS)
def model(request):
    torch.set_num_threads(1)
    loaded = models.load(request.param, weights=None)
    for module in loaded.network.modules():
        if isinstance(
            module, NormedConv2d
        ):  # of unit norm once, not in every pass: 133 million weights of a VGG
            module.weight.div_(torch.linalg.vector_norm(module.weight, dim=(1, 2, 3), keepdim=True))
            module.__class__ = torch.nn.Conv2d
    return loaded


def mosaics_for(model):
    """Two mosaics of 64 pixels, or one of the size that the network takes."""
    count, size = (1, model.smallest_input) if model.fixed_input else (2, 64)
    return np.repeat(np.repeat(photos(count, size // 16, size // 16), 16, axis=1), 16, axis=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", registry.METHODS)
def test_a_network_is_explained_or_refused(model, name):
    why_not = registry.why_not(name, model.traits)
    if why_not:
        with pytest.raises(UserError) as caught:
            load(name, model)
        message = str(caught.value)
        assert message == f"method {name} can't explain model {model.name}: {why_not}"
        assert "\n" not in message
        return
    mosaics = mosaics_for(model)
    count, height, width = mosaics.shape[:3]
    method = load(name, model, **FEWEST.get(name, {}))
    found = method.explain(mosaics, TARGETS[:count], ["a", "b"][:count])
    assert found.maps.shape[0] == count
    assert np.isfinite(found.maps).all()
    # A CAM is empty where no channel speaks for the class.
    assert found.maps.any(axis=(1, 2)).all() or registry.spec_of(name).explains_layer
    if method.upsampling == "none":
        assert found.maps.shape[1:] == (height, width)
    if not method.signed:
        assert found.maps.min() >= 0
    if method.axiom is None:
        assert np.isnan(found.residuals).all()
    assert not hooks_of(model.network)


REFUSED = {
    "bcos": set(PLAIN + SMOOTH),
    "guidedbackprop": set(SMOOTH + BCOS),
    "lrp": set(SMOOTH + BCOS),
}


def test_refusals_are_known_before_any_network_is_built():
    refused = {
        name: {network for network in NETWORKS if registry.why_not(name, families.traits_of(network))}
        for name in registry.METHODS
    }
    assert {name: networks for name, networks in refused.items() if networks} == REFUSED
