"""Image classifiers, ready to explain: ``load`` builds one by the name of its architecture."""

from collections.abc import Sequence
from dataclasses import replace

from saliometer.errors import UserError
from saliometer.models import families
from saliometer.models.model import Model
from saliometer.models.settings import Settings
from saliometer.settings import parse

__all__ = ["Model", "Settings", "load", "load_block"]


def load(
    name: str,
    weights: str | None = "DEFAULT",
    mean: Sequence[float] | None = None,
    sd: Sequence[float] | None = None,
    download: bool = False,
    device="cpu",
    target_layer: str | None = None,
    autocast: bool = False,
) -> Model:
    """Build a network, frozen and in evaluation mode, with the preprocessing of its weights.

    Parameters
    ----------
    name : architecture, ``efficientnet_lite0``, any torchvision classifier, or ``bcos_`` and the name of a
        network of the package bcos
    weights : "DEFAULT", a name of published weights, a path to a state dict (.pth or .safetensors), or
        None (also "none") for random initial weights that depend on the architecture's name alone
    mean, sd : of red, green and blue in units of [0, 1], in place of those of the weights; not for networks
        that take pixels as they are
    download : fetch named weights that are not on disk
    device : "cpu", "cuda", "auto" or a torch.device
    target_layer : dotted name of the module that CAMs explain, in place of the family's
    autocast : pass inputs in bfloat16 where torch holds that safe

    Raises UserError for an unknown name, and for a weights file that is missing, altered or does not fit.
    """
    import torch

    from saliometer.models.device import choose_device, place
    from saliometer.models.model import freeze, submodule

    weights = families.read_weights(weights)
    family = families.family_of(name)
    families.check_weights(name, weights)
    if mean is not None or sd is not None:
        families.check_normalised(name)
    built = families.family_module(family).build(name, weights, download)
    device = device if isinstance(device, torch.device) else choose_device(device)
    network = place(freeze(built.network), device)
    layer = target_layer or built.target_layer
    traits = families.traits_of(name)
    return Model(
        name=name,
        network=network,
        mean=_per_channel("mean", built.mean if mean is None else mean),
        sd=_per_channel("sd", built.sd if sd is None else sd),
        device=device,
        target_layer=None if layer is None else submodule(network, layer, name),
        smallest_input=built.smallest_input,
        fixed_input=traits.fixed_input,
        layout=traits.layout,
        complements=traits.complements,
        traits=traits._replace(target_layer=layer),
        autocast=autocast,
    )


def load_block(block: dict, device="cpu", download: bool = False) -> Model:
    """Load the model of a job: ``block`` is {"name": name of the block, **its settings}.

    "weights_sha256", by which a job knows its file of weights, is no setting: the file must still have it.
    Parameters: ``download`` allows what the block's own ``download`` would.
    Raises UserError, also for settings that do not hold and for weights that changed meanwhile.
    """
    from saliometer.models.weights import check_sha256

    name = block["name"]
    keys = {key: block[key] for key in block if key not in ("name", "weights_sha256")}
    named = {"architecture": block.get("architecture") or name}
    settings = parse(Settings, keys | named, f"models.{name}")
    if "weights_sha256" in block:
        changed = "they changed since the run was planned: start snakemake again"
        check_sha256(families.weights_path(settings.weights), block["weights_sha256"], changed)
    loaded = load(
        settings.architecture,
        weights=settings.weights,
        mean=settings.mean,
        sd=settings.sd,
        download=settings.download or download,
        device=device,
        target_layer=settings.target_layer,
        autocast=settings.autocast,
    )
    return replace(loaded, name=name)  # messages call it as its user does


def _per_channel(key: str, values: Sequence[float]) -> tuple[float, ...]:
    if len(values) != 3 or (key == "sd" and min(values) <= 0):
        raise UserError(f"{key} {list(values)}: give three numbers, for red, green and blue; sd above 0")
    return tuple(float(value) for value in values)
