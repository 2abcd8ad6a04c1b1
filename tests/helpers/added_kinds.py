"""A method, a family of metrics, a coefficient and a figure: the texts of their files, by their places."""

FILES = {
    "methods/centre.py": '''
"""A blob in the middle, whatever the mosaic shows."""

from pydantic import Field

from saliometer import settings as base
from saliometer.methods.spec import MethodSpec

SPEC = MethodSpec(label="Centre")


class Settings(base.Settings):
    """How wide the blob is."""

    width: float = Field(0.25, gt=0, description="Width of the blob, as a share of the mosaic's")


def attribute(model, inputs, targets, seeds, settings, micro_batch=None):
    import torch

    down, across = (torch.linspace(-0.5, 0.5, size) for size in inputs.shape[2:])
    blob = torch.exp(-(down[:, None] ** 2 + across**2) / settings.width**2)
    return blob.expand(len(inputs), -1, -1)
''',
    "metrics/peak.py": '''
"""How high the highest pixel stands."""

import numpy as np
from pydantic import Field

from saliometer import settings as base
from saliometer.metrics import MetricSpec

LABEL, ABOUT = "Peak", "How high the highest pixel stands."
METRICS = {
    "peak_share": MetricSpec(
        label="Peak share",
        meaning="share of a map's absolute relevance that its highest pixels hold",
        chance_note="p",
        undefined_when="no relevance",
    )
}


class Settings(base.Settings):
    """How many pixels are the highest."""

    pixels: int = Field(1, ge=1, description="Pixels that count as the highest")


def score(saliency, tile_is_target, scales, settings):
    sizes = np.sort(np.abs(saliency).reshape(len(saliency), -1), axis=1)
    return {"peak_share": sizes[:, -settings.pixels :].sum(axis=1) / sizes.sum(axis=1)}
''',
    "reliability/rows/spread.py": '''
"""How far the methods' means lie from each other."""

from saliometer.reliability.rows.columns import make_row
from saliometer.reliability.rows.levels import OfMetric, Rows


def spread_rows(at):
    yield make_row("spread_of_means", n_units=at.real.scores.shape[1]) | {
        "estimate": at.real.scores.mean().std()
    }


ROWS = (Rows(OfMetric, 15, spread_rows),)
''',
    "figures/bars.py": '''
"""The methods' means as bars."""

from saliometer.figures import style
from saliometer.findings.figure_files import FigureSpec

FIGURE = FigureSpec(
    group="scores", place=5, of_each_metric=True, caption="{metric}: means as bars, over the {over}."
)


def draw(study, tables, scope, name):
    means = tables["scores"].groupby("method")[name].mean()
    with style.applied():
        figure = style.new_figure(style.COLUMN_WIDTH, 1.5)
        style.add_axes(figure, 0.5, 0.1, 0.1, 0.3).bar(means.index, means)
    return figure
''',
}
