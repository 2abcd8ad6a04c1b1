"""What there is to know of every method in tests."""

from methods_helpers import bcos_model, convolutional_model

NAMES = [
    "bcos",
    "edges",
    "gradcam",
    "gradcam++",
    "gradient",
    "gradientshap",
    "guidedbackprop",
    "inputxgradient",
    "intgrad",
    "layercam",
    "lime",
    "lrp",
    "occlusion",
    "random",
    "rise",
    "shap",
    "smoothgrad",
]
SIGNED = {"bcos", "gradientshap", "inputxgradient", "intgrad", "lime", "lrp", "occlusion", "rise", "shap"}
CONTROLS = {"edges", "random"}
COARSE = {"bcos": 8, "gradcam": 4, "gradcam++": 4, "layercam": 4, "random": 5, "shap": 2}


def model_for(name, *activation):
    """Return a small network that a method can explain; of ReLUs where it knows no others."""
    if name in ("guidedbackprop", "lrp"):
        return convolutional_model()
    return bcos_model() if name == "bcos" else convolutional_model(*activation)
