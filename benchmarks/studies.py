"""The studies whose cost is told in docs/scale.md, as configurations, and how many jobs each must plan."""

from pathlib import Path
from typing import NamedTuple

import yaml

from saliometer.methods.registry import spec_of

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "config" / "config.yaml"
CLASSES = 1000
IMAGES_PER_CLASS = 50  # as in ImageNet's validation images
# What runs once for a study, whatever its size.
JOBS_OF_A_RUN = (
    "summarise_scores",
    "summarise_cost",
    "estimate_reliability",
    "plot_scores",
    "plot_reliability",
    "plot_panels",
    "write_report",
    "default",
)
METHODS = (
    "gradient",
    "inputxgradient",
    "gradcam",
    "gradcam++",
    "smoothgrad",
    "intgrad",
    "random",
    "edges",
)
MODELS = ("resnet50", "efficientnet_lite0", "vgg16_bn", "densenet121")
STAND_IN = "smoothgrad"  # what blocks are that stand for methods to come


class Study(NamedTuple):
    """A study: its ``title``, its whole ``config``, and how long its dry run may take (None: no goal)."""

    title: str
    config: dict
    goal_seconds: float | None = None


def studies(images: Path) -> list[Study]:
    """Return the demo and the two studies of DESIGN's size on a folder of images in class folders."""
    demo = yaml.safe_load(DEMO.read_text())
    return [
        Study("the demo", demo),
        Study("10,000 mosaics, 8 methods, 2 models", imagenet_study(images, 10, 8, 2), 8),
        Study("50,000 mosaics, 20 methods, 4 models", imagenet_study(images, 50, 20, 4), 30),
    ]


def imagenet_study(images: Path, rounds: int, n_methods: int, n_models: int) -> dict:
    """Return a config of ``rounds`` mosaics per class: the study's grid, a shard per round, no weights.

    Blocks beyond the methods that exist are named stand-ins for one of them.
    """
    stand_ins = {
        f"stand_in_{number}": {"method": STAND_IN, "samples": number}
        for number in range(len(METHODS) + 1, n_methods + 1)
    }
    return {
        "run": "scale",
        "datasets": {"imagenet": {"source": "folder", "path": str(images)}},
        "mosaics": {"rounds": rounds, "rounds_per_shard": 1},
        "models": {name: {"weights": "none"} for name in MODELS[:n_models]},
        "methods": {**dict.fromkeys(METHODS[:n_methods]), **stand_ins},
        "metrics": ["classification"],
    }


def make_images(folder: Path, classes: int = CLASSES, per_class: int = IMAGES_PER_CLASS) -> None:
    """Make empty files under the names of images, in a folder per class: planning opens none of them."""
    for class_index in range(classes):
        (folder / str(class_index)).mkdir(parents=True)
        for number in range(per_class):
            (folder / str(class_index) / f"{number:05}.JPEG").touch()


def expected_jobs(config: dict) -> dict[str, int]:
    """Count the jobs of each stage's rule that a study must plan, from its config alone."""
    rounds, per_shard = (config["mosaics"][key] for key in ("rounds", "rounds_per_shard"))
    datasets, models = (len(config[key]) for key in ("datasets", "models"))
    shards = datasets * -(-rounds // per_shard)
    methods = [block.get("method", name) if block else name for name, block in config["methods"].items()]
    replicates = config.get("replicates", 1)
    maps = shards * models * sum(replicates if spec_of(method).stochastic else 1 for method in methods)
    segments = (
        {"segment_mosaics": shards} if any(spec_of(method).needs_segments for method in methods) else {}
    )
    return {
        "check_models": models,
        "index_images": datasets,
        "draw_mosaics": shards,
        **segments,
        "predict_classes": shards * models,
        "compute_maps": maps,
        "score_maps": maps * len(config.get("metrics", ["classification"])),
        **dict.fromkeys(JOBS_OF_A_RUN, 1),
    }
