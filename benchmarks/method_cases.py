"""What is measured of every method: its settings, with few samples, and the passes that it needs."""

from benchmarks.passes import Passes

from saliometer.methods import registry

# Few samples each: the ratio to the floor hardly depends on their number.
FEW = {
    "smoothgrad": {"samples": 4},
    "intgrad": {"steps": 8},
    "gradientshap": {"samples": 8},
    "lime": {"samples": 50},
    "shap": {"samples": 100},
    "rise": {"masks": 100},
    "occlusion": {"windows": 6},
}
BY_PERTURBATION = ("lime", "shap", "rise", "occlusion")
BY_ACTIVATION = ("gradcam", "gradcam++", "layercam")
IMAGES = 16  # that pass for one measurement, or those of one map where it needs more
MOST_MAPS = 8


def measured_methods() -> list[str]:
    """Return the methods that ask the network anything: all but the controls."""
    return [name for name in registry.METHODS if _inputs_per_map(name) > 0]


def maps_measured(method: str) -> int:
    """Return how many maps one measurement computes."""
    return min(MOST_MAPS, max(1, IMAGES // _inputs_per_map(method)))


def needed_passes(method: str, maps: int) -> Passes:
    """Return the passes that so many maps of different mosaics need.

    A CAM needs the gradient of the head alone, whose cost is next to nothing. Integrated gradients answers
    for its completeness by the logits of the mosaics and of one baseline. Layer-wise relevance propagation
    goes forward twice, once for the activations and once for the shares, of which the second goes back.
    """
    images = maps * _inputs_per_map(method)
    if method in BY_ACTIVATION or method in BY_PERTURBATION:
        return Passes(images, 0)
    if method == "intgrad":
        return Passes(maps + 1, images)
    if method == "lrp":
        return Passes(images, images)
    return Passes(0, images)


def _inputs_per_map(method: str) -> int:
    return registry.spec_of(method).inputs_per_map(registry.settings_class(method)(**FEW.get(method, {})))
