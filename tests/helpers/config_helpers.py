"""Configs of blocks of methods, and the line that a wrong one gets."""

from pathlib import Path

import pytest

from saliometer.config.study import load_config
from saliometer.errors import UserError
from wrong_configs import DEMO

OWN = Path(__file__).parent / "superpixels_method.py"


def config_of(*, models=None, mosaics=None, **blocks):
    sections = {"methods": blocks, "models": models or DEMO["models"]}
    return load_config(DEMO | sections | {"mosaics": DEMO["mosaics"] | (mosaics or {})})


def line_of(**sections):
    with pytest.raises(UserError) as caught:
        config_of(**sections)
    assert "\n" not in str(caught.value)
    return str(caught.value)
