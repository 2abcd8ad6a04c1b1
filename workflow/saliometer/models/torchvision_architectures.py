"""The table of torchvision's classifiers; tests hold it against torchvision."""

from saliometer.models.architectures import Architectures

V1 = ("IMAGENET1K_V1",)
V1_V2 = ("IMAGENET1K_V1", "IMAGENET1K_V2")
# Kinds of layers, see architectures.LAYERS.
GATED = ("squeeze_excitation", "smooth_activation")
NORMED = ("layer_norm", "smooth_activation")
ATTENTIVE = ("attention", "layer_norm", "smooth_activation")
SWAG = ("IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1")

# Of vision transformers with so many blocks: what the last one's attention sees. After it, only the class
# token still reaches the logits.
TOKENS = {count: f"encoder.layers.encoder_layer_{count - 1}.ln_1" for count in (12, 24, 32)}

# VGG-16 has a third set of weights in torchvision, for its features alone: it classifies nothing and is
# left out.
TABLE = (
    Architectures(("alexnet",), "features", 63, weights=V1),
    Architectures(
        ("convnext_tiny", "convnext_small", "convnext_base", "convnext_large"),
        "features",
        32,
        weights=V1,
        layers=NORMED,
    ),
    Architectures(("densenet121", "densenet161", "densenet169", "densenet201"), "features", 29, weights=V1),
    Architectures(
        ("efficientnet_b0", "efficientnet_b2", "efficientnet_b3"), "features", weights=V1, layers=GATED
    ),
    Architectures(("efficientnet_b4", "efficientnet_b5"), "features", weights=V1, layers=GATED),
    Architectures(("efficientnet_b6", "efficientnet_b7"), "features", weights=V1, layers=GATED),
    Architectures(("efficientnet_b1",), "features", weights=V1_V2, layers=GATED),
    Architectures(
        ("efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l"),
        "features",
        33,
        weights=V1,
        layers=GATED,
    ),
    Architectures(("googlenet",), "inception5b", 15, weights=V1),
    Architectures(("inception_v3",), "Mixed_7c", 75, weights=V1),
    Architectures(("maxvit_t",), "blocks.3", 224, True, V1, layers=(*ATTENTIVE, "squeeze_excitation")),
    Architectures(("mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"), "layers", weights=V1),
    Architectures(("mobilenet_v2",), "features", weights=V1_V2),
    Architectures(("mobilenet_v3_large",), "features", weights=V1_V2, layers=GATED),
    Architectures(("mobilenet_v3_small",), "features", weights=V1, layers=GATED),
    Architectures(("regnet_x_400mf", "regnet_x_800mf", "regnet_x_1_6gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_x_3_2gf", "regnet_x_8gf"), "trunk_output", weights=V1_V2),
    Architectures(("regnet_x_16gf", "regnet_x_32gf"), "trunk_output", weights=V1_V2),
    Architectures(
        ("regnet_y_400mf", "regnet_y_800mf", "regnet_y_1_6gf"),
        "trunk_output",
        weights=V1_V2,
        layers=("squeeze_excitation",),
    ),
    Architectures(
        ("regnet_y_3_2gf", "regnet_y_8gf"), "trunk_output", weights=V1_V2, layers=("squeeze_excitation",)
    ),
    Architectures(
        ("regnet_y_16gf", "regnet_y_32gf"),
        "trunk_output",
        weights=V1_V2 + SWAG,
        layers=("squeeze_excitation",),
    ),
    Architectures(("regnet_y_128gf",), "trunk_output", weights=SWAG, layers=("squeeze_excitation",)),
    Architectures(("resnet18", "resnet34"), "layer4", weights=V1),
    Architectures(("resnet50", "resnet101", "resnet152"), "layer4", weights=V1_V2),
    Architectures(("resnext50_32x4d", "resnext101_32x8d"), "layer4", weights=V1_V2),
    Architectures(("resnext101_64x4d",), "layer4", weights=V1),
    Architectures(("shufflenet_v2_x0_5", "shufflenet_v2_x1_0"), "conv5", weights=V1),
    Architectures(("shufflenet_v2_x1_5", "shufflenet_v2_x2_0"), "conv5", weights=V1),
    Architectures(("squeezenet1_0",), "features", 21, weights=V1),
    Architectures(("squeezenet1_1",), "features", 17, weights=V1),
    Architectures(
        ("swin_t", "swin_s", "swin_b", "swin_v2_t", "swin_v2_s", "swin_v2_b"),
        "norm",
        weights=V1,
        layers=ATTENTIVE,
        layout="nhwc",
    ),
    Architectures(("vgg11", "vgg13", "vgg16", "vgg19"), "features", 32, weights=V1),
    Architectures(("vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"), "features", 32, weights=V1),
    Architectures(("vit_b_16",), TOKENS[12], 224, True, V1 + SWAG, {SWAG[0]: 384}, ATTENTIVE, "tokens"),
    Architectures(("vit_b_32",), TOKENS[12], 224, True, V1, layers=ATTENTIVE, layout="tokens"),
    Architectures(("vit_l_16",), TOKENS[24], 224, True, V1 + SWAG, {SWAG[0]: 512}, ATTENTIVE, "tokens"),
    Architectures(("vit_l_32",), TOKENS[24], 224, True, V1, layers=ATTENTIVE, layout="tokens"),
    Architectures(("vit_h_14",), TOKENS[32], 224, True, SWAG, {SWAG[0]: 518}, ATTENTIVE, "tokens"),
    Architectures(("wide_resnet50_2", "wide_resnet101_2"), "layer4", weights=V1_V2),
)
