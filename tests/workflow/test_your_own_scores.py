"""docs/your-own-scores.md: its commands, code and config run as they stand there."""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from saliometer.config.study import load_config
from saliometer.errors import UserError
from saliometer.plan.description import describe_study
from saliometer.table_study.reading import read_score_table
from saliometer.table_study.settings import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "your-own-scores.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the docs, in which the page's command was run."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "docs" / "your-own-scores", folder / "docs" / "your-own-scores")
    (command,) = blocks("sh")
    python, *arguments = shlex.split(command.replace("\\\n", " "))
    assert python == "python"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True)
    return folder


def test_the_answers_are_those_of_the_page(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (code,) = blocks("python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, {})
    assert said.getvalue().count("of these methods") == 3


def test_the_page_tells_the_table_as_it_is(folder):
    table = pd.read_parquet(folder / "docs" / "your-own-scores" / "quantus.parquet")
    first = " | ".join(map(str, table.iloc[0]))
    assert f"| {first} |" in PAGE
    methods = set(table["method"])
    assert f"{table['item'].nunique()} items, {len(methods) - 2} methods and 2 controls" in PAGE


def test_the_config_is_one(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (config,) = blocks("yaml")
    assert set(describe_study(load_config(yaml.safe_load(config)))["datasets"]) == {"demo"}


def test_the_error_is_quoted_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"i{n},m,roc_auc,{'n/a?' if n in (7, 12) else 1}" for n in range(2, 14)]
    Path("scores.csv").write_text("\n".join(["item,method,metric,score", *rows]))
    with pytest.raises(UserError) as caught:
        read_score_table("scores.csv", Settings())
    assert f"error: {caught.value}\n" in PAGE
