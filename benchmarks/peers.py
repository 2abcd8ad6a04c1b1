"""The same methods in other packages: each as a function that explains the same mosaics with like settings.

Every peer gets the network through which our own passes go, frozen, folded and in the memory format of
the device, and the mosaics already preprocessed, where it takes tensors. ``micro_batch`` is handed on where
it has such an option.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from saliometer.methods.engines.segments import covered_copies, squares


@dataclass
class Task:
    """What is to be explained: mosaics uint8 (n, H, W, 3), classes (n,) and superpixels (n, H, W)."""

    model: object
    mosaics: np.ndarray
    targets: np.ndarray
    segments: np.ndarray
    settings: object
    micro_batch: int

    def __post_init__(self):
        self.network, self.target_layer = self.model.passing()
        self.inputs = self.model.preprocess(self.mosaics)
        self.classes = torch.as_tensor(self.targets.astype(np.int64)).to(self.model.device)

    def leaf(self) -> torch.Tensor:
        return self.inputs.clone().requires_grad_()


Peer = Callable[[Task], object]


def _captum(attribution: str, **options) -> Peer:
    def explain(task):
        import captum.attr as captum

        found = getattr(captum, attribution)(task.network)
        return found.attribute(task.leaf(), target=task.classes, **options)

    return explain


def _captum_smoothgrad(task):
    import captum.attr as captum

    tunnel = captum.NoiseTunnel(captum.Saliency(task.network))
    at_once = max(1, task.micro_batch // len(task.inputs))
    options = {
        "nt_type": "smoothgrad",
        "nt_samples": task.settings.samples,
        "stdevs": task.settings.noise_level,
    }
    return tunnel.attribute(task.leaf(), **options, nt_samples_batch_size=at_once, target=task.classes)


def _captum_intgrad(task):
    import captum.attr as captum

    return captum.IntegratedGradients(task.network).attribute(
        task.leaf(),
        target=task.classes,
        n_steps=task.settings.steps,
        method="gausslegendre",
        internal_batch_size=task.micro_batch,
        return_convergence_delta=True,
    )


def _captum_gradientshap(task):
    import captum.attr as captum

    baselines = torch.cat([torch.zeros_like(task.inputs[:1]), torch.ones_like(task.inputs[:1])])
    options = {"n_samples": task.settings.samples, "stdevs": 0.0}
    found = captum.GradientShap(task.network)
    return found.attribute(task.leaf(), baselines, target=task.classes, **options)


def _captum_gradcam(task):
    import captum.attr as captum

    layer = captum.LayerGradCam(task.network, task.target_layer)
    return layer.attribute(task.leaf(), target=task.classes, relu_attributions=True)


def _captum_occlusion(task):
    import captum.attr as captum

    strides = [size // (task.settings.windows + 1) for size in task.inputs.shape[2:]]
    return captum.Occlusion(task.network).attribute(
        task.inputs,
        sliding_window_shapes=(task.inputs.shape[1], *(2 * stride for stride in strides)),
        strides=(task.inputs.shape[1], *strides),
        target=task.classes,
        perturbations_per_eval=task.micro_batch,
    )


def _captum_by_features(attribution: str, features: Callable[[Task], torch.Tensor]) -> Peer:
    def explain(task):
        import captum.attr as captum

        masks = features(task).to(task.model.device)
        return [
            getattr(captum, attribution)(task.network).attribute(
                task.inputs[row : row + 1],
                target=task.classes[row : row + 1],
                feature_mask=masks[row][None, None],
                n_samples=task.settings.samples,
                perturbations_per_eval=task.micro_batch,
            )
            for row in range(len(task.inputs))
        ]

    return explain


def _superpixels(task):
    return torch.as_tensor(task.segments.astype(np.int64))


def _grid(task):
    labels = torch.as_tensor(squares(*task.inputs.shape[2:], task.settings.squares))
    return labels.expand(len(task.inputs), -1, -1)


def _lime(task):
    from lime.lime_image import LimeImageExplainer

    def answers(images):
        with torch.no_grad():
            return task.model.logits(task.model.preprocess(np.asarray(images))).double().cpu().numpy()

    return [
        LimeImageExplainer(kernel_width=task.settings.kernel_width, random_state=1).explain_instance(
            mosaic,
            answers,
            labels=(int(target),),
            top_labels=None,
            hide_color=0,
            num_samples=task.settings.samples,
            segmentation_fn=lambda image, labels=labels: labels,
            random_seed=1,
        )
        for mosaic, target, labels in zip(task.mosaics, task.targets, task.segments, strict=True)
    ]


def _shap(task):
    import shap

    players = task.settings.squares**2
    labels = _grid(task)[0].to(task.model.device)
    fill = torch.zeros_like(task.inputs[0, :, :1, :1])

    def explain(row):
        def answers(present):
            members = torch.as_tensor(present).bool().to(task.model.device)
            with torch.no_grad():
                logits = [
                    task.model.logits(covered_copies(task.inputs[row], fill, labels, some))
                    for some in members.split(task.micro_batch)
                ]
            return torch.cat(logits)[:, task.classes[row]].double().cpu().numpy()

        explainer = shap.KernelExplainer(answers, np.zeros((1, players)))
        asked = task.settings.samples - 2
        return explainer.shap_values(np.ones((1, players)), nsamples=asked, l1_reg=False, silent=True)

    return [explain(row) for row in range(len(task.inputs))]


def _grad_cam(name: str) -> Peer:
    def explain(task):
        import pytorch_grad_cam
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        wanted = [ClassifierOutputTarget(int(target)) for target in task.targets]
        with getattr(pytorch_grad_cam, name)(task.network, [task.target_layer]) as cam:
            return cam(input_tensor=task.leaf(), targets=wanted)

    return explain


def _zennit(task):
    from zennit import rules, types
    from zennit.attribution import Gradient
    from zennit.canonizers import SequentialMergeBatchNorm
    from zennit.composites import SpecialFirstLayerMapComposite, layer_map_base
    from zennit.torchvision import ResNetCanonizer

    low, high = (bound[None] for bound in task.model.input_bounds())
    rest = [(types.Convolution, rules.AlphaBeta(alpha=1, beta=0)), (nn.Linear, rules.Epsilon())]
    canonizer = ResNetCanonizer() if task.model.name.startswith("resnet") else SequentialMergeBatchNorm()
    composite = SpecialFirstLayerMapComposite(
        layer_map=[*layer_map_base(), *rest],
        first_map=[(types.Convolution, rules.ZBox(low, high))],
        canonizers=[canonizer],
    )
    with Gradient(task.network, composite) as attributor:
        starts = nn.functional.one_hot(task.classes, task.model.logits(task.inputs[:1]).shape[1])
        return attributor(task.inputs, starts.to(task.inputs.dtype))


PEERS: dict[str, dict[str, Peer]] = {
    "gradient": {"captum": _captum("Saliency")},
    "inputxgradient": {"captum": _captum("InputXGradient")},
    "guidedbackprop": {"captum": _captum("GuidedBackprop")},
    "smoothgrad": {"captum": _captum_smoothgrad},
    "intgrad": {"captum": _captum_intgrad},
    "gradientshap": {"captum": _captum_gradientshap},
    "gradcam": {"captum": _captum_gradcam, "grad-cam": _grad_cam("GradCAM")},
    "gradcam++": {"grad-cam": _grad_cam("GradCAMPlusPlus")},
    "layercam": {"grad-cam": _grad_cam("LayerCAM")},
    "lrp": {"zennit": _zennit},
    "lime": {"lime": _lime, "captum": _captum_by_features("Lime", _superpixels)},
    "shap": {"shap": _shap, "captum": _captum_by_features("KernelShap", _grid)},
    "occlusion": {"captum": _captum_occlusion},
}


def peers_of(method: str, network: nn.Module) -> dict[str, Peer]:
    """Return the peers that have a method for a network: captum's guided backpropagation knows ReLU alone."""
    if method == "guidedbackprop" and not any(isinstance(layer, nn.ReLU) for layer in network.modules()):
        return {}
    return PEERS.get(method, {})
