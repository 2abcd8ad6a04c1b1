"""README's commands, run as they stand there in an environment that holds what envs/lock.txt pins alone."""

import os
import re
import shlex
import shutil
import subprocess
import zipfile

import pytest
import yaml

import locked_environment
from locked_environment import ROOT
from table_study_helpers import tidy

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text()
SCORES = {"scores": "scores.csv", "higher_is_better": ["faithfulness"], "controls": ["blind"]}
MINE = {"run": "mine", "datasets": {"mine": SCORES}}
FEW = {"run": "demo", "methods": {"gradcam": None, "random": None}}
INLINE = ("python -m saliometer.stages.check ", "snakemake --cores 1 --touch ")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs a command in a folder with the workflow and configs of small studies."""
    folder = tmp_path_factory.mktemp("locked")
    programs = locked_environment.make(folder / ".venv")
    for part in ("Snakefile", "workflow", "envs", "profiles"):
        (folder / part).symlink_to(ROOT / part)
    (folder / "config").mkdir()
    demo = yaml.safe_load((ROOT / "tests" / "helpers" / "tiny.yaml").read_text()) | FEW
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(demo))
    (folder / "mine.yaml").write_text(yaml.safe_dump(MINE))
    scores = tidy(n_items=8).query("metric == 'faithful'").assign(metric="faithfulness")
    scores.to_csv(folder / "scores.csv", index=False)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PATH"] = f"{programs}:/usr/bin:/bin"

    def run(command: str | list[str]) -> str:
        finished = subprocess.run(
            shlex.split(command) if isinstance(command, str) else command,
            cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
        assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"
        return finished.stdout

    run.folder = folder
    yield run
    shutil.rmtree(folder / ".venv")


def commands_of_the_readme() -> list[str]:
    """Return the commands of its blocks and the two that stand in its sentences, in their order."""
    blocks = re.findall(r"```\w*\n(.*?)```", README, flags=re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    inline = [command for command in re.findall(r"`([^`\n]+)`", README) if command.startswith(INLINE)]
    return [line for line in lines if line.startswith(("snakemake ", "python "))] + inline


def test_the_packages_of_the_lock_are_all_and_those_of_the_tests_none(run):
    code = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))"
    found = run(["python", "-c", code]).split()
    assert found == sorted({each.name for each in locked_environment.locked_distributions()})
    assert not {"pytest", "scikit-learn", "captum"} & set(found)


def test_the_commands_of_the_readme(run):
    (demo,) = re.findall(r"^demo:.*\n\t(.*)", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    commands = commands_of_the_readme()
    assert len(commands) == 7, commands
    for command in [demo, *commands]:
        run(command.replace("--cores all", "--cores 2"))
    with zipfile.ZipFile(run.folder / "results/demo/report.zip") as archive:
        assert "report.html" in " ".join(archive.namelist())
    for page in ("results/demo/report/index.html", "results/mine/report/index.html", "my-study/report.html"):
        assert (run.folder / page).is_file()


def test_the_python_of_the_readme(run):
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert run(["python", "-c", code]).startswith("[0.")
