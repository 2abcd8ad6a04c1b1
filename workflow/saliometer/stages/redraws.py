"""The networks of a block with ``randomized_model``: weights drawn anew, settled on real photographs."""

import numpy as np
from PIL import Image, ImageOps

from saliometer.images.read import read_image
from saliometer.images.sources import sample_photos
from saliometer.models.model import Model
from saliometer.models.randomized import randomized
from saliometer.seeds import seed_from


def redrawn(model: Model, block: str, seed: int, redraw: str, height: int, width: int) -> Model:
    """Return a redraw of a model: the same for all methods and shards of a study.

    Parameters: ``block``, the name of the model's block; ``redraw``, the number of the redraw, from "0";
    ``height`` and ``width`` of the mosaics, at which the statistics of batch norms are taken.
    """
    drawn_from = seed_from("randomized model", str(seed), block, redraw)
    return randomized(model, drawn_from, photographs(height, width))


def photographs(height: int, width: int) -> np.ndarray:
    """Return the packaged sample photographs, resized and cropped: uint8 (20, height, width, 3)."""
    settings = sample_photos.Settings(source="sample_photos")
    folder = sample_photos.root(settings)
    files = sorted(candidate.path for candidate in sample_photos.find(settings))
    images = (Image.fromarray(read_image(folder / file)) for file in files)
    return np.stack(
        [np.asarray(ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)) for image in images]
    )
