"""Maps as pictures: relevance as colour over a pale, grey mosaic."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image

from saliometer.findings.figure_files import PANEL_SATURATION

NEGATIVE, NOTHING, POSITIVE = "#2166ac", "#ffffff", "#b2182b"  # told apart by colour-blind readers
SIGNED = LinearSegmentedColormap.from_list("signed", [NEGATIVE, "#67a9cf", NOTHING, "#ef8a62", POSITIVE])
POSITIVE_ONLY = LinearSegmentedColormap.from_list("positive_only", [NOTHING, "#ef8a62", POSITIVE])
FAINTEST, STRONGEST = 0.25, 0.95  # opacity of no relevance and of full colour


def relative(saliency: np.ndarray) -> np.ndarray:
    """Scale a map (H, W) to [-1, 1] by its own PANEL_SATURATION percentile of |relevance|; zeros stay zeros.

    Maps have no common unit, so only the pattern within a map is shown; a percentile, because the few
    largest pixels of a gradient would leave all others white. Where the percentile is 0 the maximum is
    taken in its place.
    """
    strength = np.abs(saliency)
    full = float(np.percentile(strength, PANEL_SATURATION)) or float(strength.max())
    return np.clip(saliency / full, -1, 1) if full > 0 else np.zeros_like(saliency)


def overlay(pixels: np.ndarray, saliency: np.ndarray) -> np.ndarray:
    """Lay a map over its mosaic.

    Parameters: ``pixels`` uint8 (H, W, 3); ``saliency`` (H, W), any scale. Returns uint8 (H, W, 3): the
    grey mosaic in the upper part of brightness, covered the more the stronger the relevance.
    """
    value = relative(saliency)
    grey = np.asarray(Image.fromarray(pixels).convert("L"), dtype=float) / 255
    base = np.repeat((0.35 + 0.65 * grey)[..., None], 3, axis=-1)
    opacity = FAINTEST + (STRONGEST - FAINTEST) * np.abs(value)[..., None] ** 0.7
    blended = (1 - opacity) * base + opacity * SIGNED((value + 1) / 2)[..., :3]
    return np.round(255 * blended).astype(np.uint8)


def shrink(picture: np.ndarray, longest: int) -> np.ndarray:
    """Resize a picture to sides of at most ``longest``, each new pixel the mean of those it covers.

    Parameters: uint8 (H, W, 3), or float (H, W). Relevance is shrunk before it is coloured, so that what
    cancels is seen to cancel.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))
