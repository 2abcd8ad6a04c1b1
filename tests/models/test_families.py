"""The table of architectures says what torchvision says, and settings are refused in words."""

import subprocess
import sys

import pytest
import torch
import torchvision.models as zoo
from pydantic import ValidationError
from torchvision.models import regnet

from saliometer.errors import UserError
from saliometer.methods.engines.layouts import channels_first, has_layout
from saliometer.models import Settings, families, torchvision
from saliometer.models.architectures import LAYERS, LAYOUTS
from saliometer.models.model import freeze, submodule

TORCHVISION = [name for name in families.names() if families.family_of(name) == "torchvision"]
TORCH_BLOCKED = """
import sys
sys.modules.update({"torch": None, "torchvision": None})
import saliometer.models, saliometer.models.predictions, saliometer.models.device
from saliometer.models import Settings, bcos, efficientnet_lite, families, torchvision
Settings(architecture="resnet18")
"""


def test_names_are_those_of_torchvision():
    assert zoo.list_models(module=zoo) == TORCHVISION
    others = [name for name in families.names() if name not in TORCHVISION]
    assert {families.family_of(name) for name in others} == {"bcos", "efficientnet_lite"}


@pytest.mark.parametrize("name", TORCHVISION)
def test_weights_names_are_those_of_torchvision(name):
    classifiers = [one.name for one in zoo.get_model_weights(name) if one.meta["categories"]]
    assert families.weights_names(name) == ("DEFAULT", *classifiers)


@pytest.mark.parametrize("name", [name for name in TORCHVISION if not name.startswith("swin")])
def test_smallest_inputs_are_those_of_torchvision(name):
    # Swin pads any size; what torchvision states for it is the size of its training.
    published = zoo.get_model_weights(name)
    for weights in families.weights_names(name):
        stated = getattr(published, weights).meta["min_size"]
        assert stated == (families.smallest_input(name, weights),) * 2
    assert families.smallest_input(name, None) == families.traits_of(name).smallest_input


def output_of(network, layer, size):
    """Return the output of a module for one image on torch's meta device, which computes shapes alone."""
    seen = []
    layer.register_forward_hook(lambda module, inputs, output: seen.append(output))
    logits = network(torch.empty(1, 3, size, size, device="meta"))
    assert logits.shape == (1, 1000)
    return seen[0]


@pytest.fixture
def regnet_on_meta(monkeypatch):
    """Let RegNets compute their widths, with tensors, while they are built on torch's meta device."""
    compute = regnet.BlockParams.from_init_params

    def on_cpu(**arguments):
        with torch.device("cpu"):
            return compute(**arguments)

    monkeypatch.setattr(regnet.BlockParams, "from_init_params", on_cpu)


def check_target_layer(name):
    with torch.device("meta"):
        built = torchvision.build(name, None, download=False)
    network = freeze(built.network)
    traits = families.traits_of(name)
    assert traits.layout in LAYOUTS
    size = 224 if traits.fixed_input else 96
    output = output_of(network, submodule(network, built.target_layer, name), size)
    assert has_layout(output, traits.layout, size, size)
    output = channels_first(output, traits.layout)
    assert output.shape[1] >= 256
    assert 1 <= output.shape[2] == output.shape[3] <= (16 if traits.fixed_input else 6)


KINDS_OF_LAYERS = {
    "attention": ("MultiheadAttention", "ShiftedWindowAttention", "RelativePositionalMultiHeadAttention"),
    "layer_norm": ("LayerNorm",),
    "squeeze_excitation": ("SqueezeExcitation",),
    "smooth_activation": ("GELU", "SiLU", "Hardswish"),
}


@pytest.mark.slow
@pytest.mark.usefixtures("regnet_on_meta")
@pytest.mark.parametrize("row", torchvision.ARCHITECTURES, ids=lambda row: row.names[0])
def test_declared_layers_are_those_of_the_network(row):
    """Of each row's first network; the others have the same modules, and more of them."""
    with torch.device("meta"):
        network = torchvision.build(row.names[0], None, download=False).network
    kinds = {base.__name__ for module in network.modules() for base in type(module).__mro__}
    found = {layer for layer, names in KINDS_OF_LAYERS.items() if kinds & set(names)}
    assert found == set(row.layers) <= set(LAYERS)


REPRESENTATIVES = """
alexnet convnext_tiny densenet121 efficientnet_b0 efficientnet_v2_s googlenet inception_v3 maxvit_t mnasnet0_5
mobilenet_v3_small regnet_x_400mf regnet_y_400mf resnet18 resnext50_32x4d shufflenet_v2_x0_5 squeezenet1_0
swin_t vgg11 vit_b_16 wide_resnet50_2
"""


@pytest.mark.slow
@pytest.mark.usefixtures("regnet_on_meta")
@pytest.mark.parametrize("name", REPRESENTATIVES.split())
def test_target_layer_is_spatial(name):
    check_target_layer(name)


@pytest.mark.slow
@pytest.mark.usefixtures("regnet_on_meta")
@pytest.mark.parametrize("name", sorted(set(TORCHVISION) - set(REPRESENTATIVES.split())))
def test_every_target_layer_is_spatial(name):
    check_target_layer(name)


def test_family():
    assert families.family_of("efficientnet_lite0") == "efficientnet_lite"
    assert families.family_of("vgg11_bn") == "torchvision"
    assert families.family_of("bcos_vgg11_bnu") == "bcos"
    assert families.packages_of("bcos_vgg11_bnu") == ("bcos",)
    assert families.packages_of("vgg11_bn") == ()
    with pytest.raises(UserError, match=r"'resnet5O' is unknown; did you mean 'resnet50'\?"):
        families.family_of("resnet5O")
    with pytest.raises(UserError, match="'weights_of_mine' is unknown; "):
        families.family_of("weights_of_mine")  # begins like a module that is no family
    with pytest.raises(UserError, match="'xyz' is unknown; take efficientnet_lite0, bcos_resnet50 or a"):
        families.family_of("xyz")


@pytest.mark.slow
def test_planning_needs_no_torch():
    done = subprocess.run([sys.executable, "-c", TORCH_BLOCKED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("weights", ["a/resnet18", "mine.pth", "~/mine.safetensors", "./x"])
def test_paths_are_told_from_names(weights):
    assert families.weights_path(weights) is not None
    assert Settings(architecture="resnet18", weights=weights).weights == weights


@pytest.mark.parametrize("weights", ["none", "None", "NONE", None])
def test_none_means_random_weights(weights):
    assert Settings(architecture="resnet18", weights=weights).weights is None


@pytest.mark.parametrize(
    ("block", "key", "words"),
    [
        ({"architecture": "resnet81"}, "architecture", "did you mean 'resnet18'"),
        ({"architecture": "resnet18", "weights": "V2"}, "weights", "resnet18 has DEFAULT, IMAGENET1K_V1;"),
        ({"architecture": "vgg16", "weights": "IMAGENET1K_FEATURES"}, "weights", "vgg16 has DEFAULT"),
        ({"architecture": "efficientnet_lite0", "weights": "IMAGENET1K_V1"}, "weights", "has DEFAULT;"),
        ({"weights": ""}, "weights", "at least 1 character"),
        ({"mean": [0.5, 0.5]}, "mean", "at least 3"),
        ({"mean": [0.5, 0.5, 124.0]}, "mean", "less than or equal to 1"),
        ({"sd": [0.5, 0.5, 0.0]}, "sd", "greater than 0"),
        ({"sd": 0.5}, "sd", "valid list"),
        ({"download": "yes"}, "download", "valid boolean"),
        ({"weight": "none"}, "weight", "Extra inputs"),
        ({"target_layer": ""}, "target_layer", "at least 1 character"),
    ],
)
def test_wrong_settings_name_their_key(block, key, words):
    with pytest.raises(ValidationError) as caught:
        Settings(**block)
    (error,) = caught.value.errors()
    assert error["loc"][0] == key
    assert words in error["msg"]


def test_weights_in_the_home_of_nobody_are_one_line():
    with pytest.raises(UserError, match="no such user; give the whole path"):
        families.weights_path("~no-such-user-here/w.pth")
