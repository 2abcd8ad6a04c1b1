"""The table of architectures: what is known of each without torch. Tests hold it against torchvision."""

from typing import NamedTuple

V1 = ("IMAGENET1K_V1",)
V1_V2 = ("IMAGENET1K_V1", "IMAGENET1K_V2")
SWAG = ("IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1")


class Architectures(NamedTuple):
    """Architectures that share all of this.

    ``target_layer`` is the module that CAMs explain, the last one with a spatial output (n,c,h,w), or None
    where no module has one. ``smallest_input`` is the least height and width in pixels. ``fixed_input``
    says that the network takes one size alone, which is ``smallest_input`` unless its weights differ.
    ``weights`` are the names of the weights beside "DEFAULT". ``family`` is the module that builds them.
    """

    names: tuple[str, ...]
    target_layer: str | None
    smallest_input: int = 1
    fixed_input: bool = False
    weights: tuple[str, ...] = V1
    family: str = "torchvision"


# VGG-16 has a third set of weights in torchvision, for its features alone: it classifies nothing and is
# left out.
ARCHITECTURES = (
    Architectures(("efficientnet_lite0",), "features", weights=(), family="efficientnet_lite"),
    Architectures(("alexnet",), "features", 63),
    Architectures(("convnext_tiny", "convnext_small", "convnext_base", "convnext_large"), "features", 32),
    Architectures(("densenet121", "densenet161", "densenet169", "densenet201"), "features", 29),
    Architectures(("efficientnet_b0", "efficientnet_b2", "efficientnet_b3"), "features"),
    Architectures(("efficientnet_b4", "efficientnet_b5"), "features"),
    Architectures(("efficientnet_b6", "efficientnet_b7"), "features"),
    Architectures(("efficientnet_b1",), "features", weights=V1_V2),
    Architectures(("efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l"), "features", 33),
    Architectures(("googlenet",), "inception5b", 15),
    Architectures(("inception_v3",), "Mixed_7c", 75),
    Architectures(("maxvit_t",), None, 224, True),
    Architectures(("mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"), "layers"),
    Architectures(("mobilenet_v2", "mobilenet_v3_large"), "features", weights=V1_V2),
    Architectures(("mobilenet_v3_small",), "features"),
    Architectures(("regnet_x_400mf", "regnet_x_800mf", "regnet_x_1_6gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_x_3_2gf", "regnet_x_8gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_x_16gf", "regnet_x_32gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_y_400mf", "regnet_y_800mf", "regnet_y_1_6gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_y_3_2gf", "regnet_y_8gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_y_16gf", "regnet_y_32gf"), "trunk_output", weights=V1_V2 + SWAG),
    Architectures(("regnet_y_128gf",), "trunk_output", weights=SWAG),
    Architectures(("resnet18", "resnet34"), "layer4"),
    Architectures(("resnet50", "resnet101", "resnet152"), "layer4", weights=V1_V2),
    Architectures(("resnext50_32x4d", "resnext101_32x8d"), "layer4", weights=V1_V2),
    Architectures(("resnext101_64x4d",), "layer4"),
    Architectures(("shufflenet_v2_x0_5", "shufflenet_v2_x1_0"), "conv5"),
    Architectures(("shufflenet_v2_x1_5", "shufflenet_v2_x2_0"), "conv5"),
    Architectures(("squeezenet1_0",), "features", 21),
    Architectures(("squeezenet1_1",), "features", 17),
    Architectures(("swin_t", "swin_s", "swin_b", "swin_v2_t", "swin_v2_s", "swin_v2_b"), None),
    Architectures(("vgg11", "vgg13", "vgg16", "vgg19"), "features", 32),
    Architectures(("vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"), "features", 32),
    Architectures(("vit_b_16", "vit_l_16"), None, 224, True, V1 + SWAG),
    Architectures(("vit_b_32", "vit_l_32"), None, 224, True),
    Architectures(("vit_h_14",), None, 224, True, SWAG),
    Architectures(("wide_resnet50_2", "wide_resnet101_2"), "layer4", weights=V1_V2),
)
# Where named weights of a network of fixed input need another size than ``smallest_input``.
SIZES_BY_WEIGHTS = {
    ("vit_b_16", "IMAGENET1K_SWAG_E2E_V1"): 384,
    ("vit_l_16", "IMAGENET1K_SWAG_E2E_V1"): 512,
    ("vit_h_14", "IMAGENET1K_SWAG_E2E_V1"): 518,
}
