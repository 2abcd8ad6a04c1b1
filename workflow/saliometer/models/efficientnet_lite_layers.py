"""The layers of EfficientNet-Lite0. The one module of the family that imports torch as a whole."""

from collections import OrderedDict

import torch
from torch import nn

STEM_CHANNELS = 32
HEAD_CHANNELS = 1280
EPSILON = 1e-3  # of batch normalisation
# expansion, kernel size, stride of the first block, channels, number of blocks: Tan & Le, table 1, B0
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


def efficientnet_lite0(classes: int = 1000) -> nn.Sequential:
    """Return the network with random initial weights: inputs (n,3,H,W) to logits (n,classes).

    ``features`` ends with the last activation (n,1280,H/32,W/32), which is pooled and classified linearly:
    there a class activation map is exact.
    """
    network = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(
                _convolution(3, STEM_CHANNELS, kernel_size=3, stride=2),
                *_blocks(),
                _convolution(STAGES[-1][3], HEAD_CHANNELS, kernel_size=1),
            ),
            pool=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            classifier=nn.Linear(HEAD_CHANNELS, classes),
        )
    )
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            # By the inputs of each output: a depthwise layer has few, and would otherwise fade to nothing.
            nn.init.kaiming_normal_(module.weight, mode="fan_in")
    return network


class SamePadding(nn.ZeroPad2d):
    """Zero padding as TensorFlow's SAME does it for a stride of 2: for odd sizes even, else more at the end.

    For a kernel of k the output is half the input, rounded up. Equal to a fixed ZeroPad2d at all sizes
    that are multiples of 32.
    """

    def __init__(self, kernel_size: int) -> None:
        super().__init__(0)
        self.kernel_size = kernel_size

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Pad (n,c,h,w) in height and width."""
        height, width = (self.kernel_size - 2 + size % 2 for size in inputs.shape[-2:])
        sides = (width // 2, width - width // 2, height // 2, height - height // 2)
        return nn.functional.pad(inputs, sides)

    def extra_repr(self) -> str:
        """Return what the module's representation shows."""
        return f"kernel_size={self.kernel_size}"


class InvertedBottleneck(nn.Module):
    """Expand, convolve each channel by itself, project; with the input added where shapes agree."""

    def __init__(self, inputs: int, outputs: int, expansion: int, kernel_size: int, stride: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        expand = [_convolution(inputs, hidden, 1)] if expansion > 1 else []
        depthwise = _convolution(hidden, hidden, kernel_size, stride, groups=hidden)
        self.layers = nn.Sequential(*expand, depthwise, _convolution(hidden, outputs, 1, activated=False))
        self.adds_input = stride == 1 and inputs == outputs

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Map (n,inputs,h,w) to (n,outputs,h/stride,w/stride)."""
        outputs = self.layers(inputs)
        return inputs + outputs if self.adds_input else outputs


def _blocks() -> list[InvertedBottleneck]:
    blocks = []
    inputs = STEM_CHANNELS
    for expansion, kernel_size, stride, outputs, repeats in STAGES:
        for repeat in range(repeats):
            first = repeat == 0
            blocks.append(InvertedBottleneck(inputs, outputs, expansion, kernel_size, stride if first else 1))
            inputs = outputs
    return blocks


def _convolution(
    inputs: int, outputs: int, kernel_size: int, stride: int = 1, groups: int = 1, activated: bool = True
) -> nn.Sequential:
    """Return convolution, batch normalisation and ReLU6, padded to keep the size or to halve it."""
    same = stride == 1
    padding = [] if same else [SamePadding(kernel_size)]
    convolution = nn.Conv2d(
        inputs,
        outputs,
        kernel_size,
        stride,
        padding=kernel_size // 2 if same else 0,
        groups=groups,
        bias=False,
    )
    activation = [nn.ReLU6()] if activated else []
    return nn.Sequential(*padding, convolution, nn.BatchNorm2d(outputs, eps=EPSILON), *activation)
