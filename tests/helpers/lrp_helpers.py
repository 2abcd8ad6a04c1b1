"""LRP by its pure function, and networks with weights and statistics that leave nothing at zero."""

import torch

from saliometer.methods.lrp import Settings, attribute


def lrp(model, inputs, targets, micro_batch=None, **settings):
    """Return the Attribution of normalised inputs."""
    seeds = [0] * len(inputs)
    return attribute(model, inputs, torch.as_tensor(targets), seeds, Settings(**settings), micro_batch)


def with_numbers(network, biases=True, seed=0):
    """Draw all weights and statistics of batch norms anew; ``biases``: also whatever is added."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            draw = torch.randn(tensor.shape, generator=generator)
            if tensor.ndim > 1:
                draw *= (2 / tensor[0].numel()) ** 0.5
            elif name.endswith(("running_var", "weight")):
                draw = 0.5 + draw.abs() / 2
            else:
                draw *= 0.2 * biases
            tensor.copy_(draw)
    return network
