"""Made-up studies of which the truth is known, for ``benchmarks.coverage``."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from saliometer.reliability.clustering.shared_images import shared_images

LEVELS = np.array([0.0, 0.0, 0.0, 0.5, 0.5, 1.0])  # of six methods, in standard deviations of one item
METHOD_SD = 0.5  # of levels that are drawn, where methods count as a sample
ITEM_SD, CLASS_SD, IMAGE_SD = 0.7, 0.5, 0.5
DISTRACTORS = 3  # images of other classes in each mosaic


class Design(NamedTuple):
    """A study of ``items`` mosaics of each of ``classes`` classes.

    ``class_sd``: of method x class. ``images``: of how many images, shared by all classes, the distractors of
    the mosaics are drawn; each has an effect on each method (0: none). ``bounded``: scores are rounded to
    tenths between 0 and 1, so that many are tied.
    """

    classes: int
    items: int
    class_sd: float = 0.0
    images: int = 0
    bounded: bool = False

    @property
    def name(self) -> str:
        """Say in words what is special."""
        mosaics = "1 mosaic each" if self.items == 1 else f"{self.items} mosaics each"
        words = [f"{self.classes} classes, {mosaics}"]
        words += [f"method x class sd {self.class_sd}"] if self.class_sd else []
        words += [f"{self.images} images shared"] if self.images else []
        words += ["tenths, bounded"] if self.bounded else []
        return "; ".join(words)


CLASSES = (3, 5, 10, 20, 100)
DESIGNS = [
    *(Design(classes, 1) for classes in CLASSES),
    *(Design(classes, 5) for classes in CLASSES),
    *(Design(classes, 5, class_sd=0.5) for classes in CLASSES),
    *(Design(classes, 5, class_sd=0.5, images=20) for classes in (5, 20, 100)),
    Design(100, 5, class_sd=0.5, images=200),
    *(Design(classes, 5, class_sd=0.5, bounded=True) for classes in (5, 20)),
]


def draw(
    design: Design, levels: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a study: scores (items, methods), the class and the shared images (items, n) of each item."""
    k = len(levels)
    labels = np.repeat(np.arange(design.classes), design.items)
    n = len(labels)
    scores = levels + rng.normal(size=(n, k)) + ITEM_SD * rng.normal(size=(n, 1))
    scores += CLASS_SD * rng.normal(size=(design.classes, 1))[labels]
    scores += design.class_sd * rng.normal(size=(design.classes, k))[labels]
    images = np.empty((n, 0), dtype=int)
    if design.images:
        effects = IMAGE_SD * rng.normal(size=(design.images, k))
        images = rng.integers(0, design.images, (n, DISTRACTORS))
        scores += effects[images].sum(axis=1)
    if design.bounded:
        scores = np.clip(np.round(0.5 + 0.2 * scores, 1), 0, 1)
    return scores, labels, images


def linked_items(labels: np.ndarray, images: np.ndarray) -> sparse.csr_array | None:
    """Return which items of different classes share an image, as the study itself finds it."""
    n, each = images.shape
    place = {"dataset": "made up", "form": "original"}
    rows = pd.DataFrame({**place, "mosaic": np.arange(n)})
    tiles = pd.DataFrame({"mosaic": np.repeat(np.arange(n), each), "image": images.ravel()}).assign(**place)
    return shared_images(rows, labels, tiles)


def true_g(design: Design, variance: float) -> float:
    """Return the G coefficient of methods with that variance at the design; NaN where no formula has it."""
    if design.bounded:
        return np.nan
    n = design.classes * design.items
    error = design.class_sd**2 / design.classes + 1 / n
    if design.images:  # drawn with replacement: the mean sum over images of squares of their shares
        error += IMAGE_SD**2 * (DISTRACTORS**2 / design.images + DISTRACTORS / n * (1 - 1 / design.images))
    return variance / (variance + error)


def many_classes(design: Design, classes: int = 20_000) -> Design:
    """Return the design with so many classes, and images for all of them, that its coefficients are true."""
    images = DISTRACTORS * classes * design.items if design.images else 0
    return design._replace(classes=classes, images=images)
