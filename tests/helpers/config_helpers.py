"""Configs of blocks of methods, and the line that a wrong one gets."""

import json
from functools import partial
from pathlib import Path

import pytest

from saliometer.config.study import load_config
from saliometer.errors import UserError
from saliometer.plan.jobs import list_images
from saliometer.plan.stages import job_texts
from wrong_configs import DEMO

OWN = Path(__file__).parent / "superpixels_method.py"


def config_of(*, models=None, mosaics=None, **blocks):
    sections = {"methods": blocks, "models": models or DEMO["models"]}
    return load_config(DEMO | sections | {"mosaics": DEMO["mosaics"] | (mosaics or {})})


def text_of(config, stage, **axes):
    """Return the canonical text of a job."""
    return job_texts(config, partial(list_images, config))(stage, axes)


def job_of_maps(config, method, replicate="0"):
    """Return the job that explains the photographs by a method, on the study's first model."""
    axes = {"dataset": "photos", "form": "original", "model": next(iter(config.models))}
    return json.loads(text_of(config, "maps", **axes, method=method, replicate=replicate))


def line_of(**sections):
    with pytest.raises(UserError) as caught:
        config_of(**sections)
    assert "\n" not in str(caught.value)
    return str(caught.value)
