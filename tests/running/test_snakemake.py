"""What Snakemake does not document is used in one module, and is there in the version that is installed."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from snakemake.persistence import MetadataRecord
from snakemake.persistence.file import FilePersistence

from saliometer.running import snakemake
from saliometer.running.snakemake import lock_files, lock_name, params_of, records_of
from workflow_runs import ROOT

PARTS = {
    "workflow.py": "is_main_process main_snakefile configfiles _included _build_dag log_provenance_info "
    "persistence config_settings output_settings storage_settings workflow_settings spawned_job_args_factory",
    "dag.py": "needrun_jobs exclude_finished needrun finished reason jobid stats print_reasons forcefiles "
    "ready_jobs update_ready _ready _n_until_ready dependencies depending",
    "jobs.py": "forced updated_input updated_input_run missing_output incomplete_output params_changed "
    "input_changed code_changed software_stack_changed wildcards_dict JOB_INFO JOB_ERROR SHELLCMD",
    "spawn_jobs.py": "get_configfiles_arg",
    "sourcecache.py": "infer_source_file",
    "persistence/__init__.py": "only_old only_new params",
    "persistence/file.py": "_record_path _write_locks metadata incomplete locks _lockfile",
    "settings/types.py": "dryrun printshellcmds verbose persistence_backend default_storage_provider",
    "logging.py": "DefaultStreamHandler RUN_INFO",
}
HERE = ROOT / "workflow" / "saliometer" / "running" / "snakemake.py"
# It changes how Snakemake reads --configfile, before any module of the package is imported.
PLUGIN = ROOT / "workflow" / "snakemake_logger_plugin_saliometer" / "__init__.py"
PRIVATE = re.compile(
    r"""
    \bworkflow\.(?!current_basedir\b|smk\b|rst\b)\w+  # but for what is documented and names of files
    | (?<!-)\bdag\b | needrun | forcefiles | wildcards_dict | updated_input | params_changed | print_reasons
    | _lockfile | _included | _build_dag | _n_until_ready | persistence_backend | spawned_job_args_factory
    | config_settings | output_settings | storage_settings | workflow_settings
    | (?:from|import)\ snakemake(?!\.utils\ import\ min_version) | LogEvent | DefaultStreamHandler
    | ["']\.snakemake["'] | ["']\*?\.?lock["'] | "locks" | "incomplete" | urlsafe_b64decode
    """,
    re.VERBOSE,
)
# The lock of copies of the workflow is the program's own.
OWN = {ROOT / "workflow" / "saliometer" / "running" / "snapshot.py": {'"lock"'}}


def code_of(path: Path) -> str:
    """Return a file without its docstrings and comments."""
    text = re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(^|\s)#.*", "", text)


def files() -> list[Path]:
    """Return the Snakefiles, rules and modules of the workflow, but those that may know."""
    workflow = ROOT / "workflow"
    places = [ROOT / "Snakefile", workflow / "Snakefile", *workflow.rglob("*.smk"), *workflow.rglob("*.py")]
    return sorted(set(places) - {HERE, PLUGIN})


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_private_parts_are_used_in_one_module(path):
    assert set(PRIVATE.findall(code_of(path))) - OWN.get(path, set()) == set()


@pytest.mark.parametrize(
    "line",
    [
        "jobs = workflow.dag.needrun_jobs()",
        "x = workflow.is_main_process",
        'folder = Path(".snakemake")',
        'locks = folder.glob("*.lock")',
        "from snakemake.logging import logger",
        'getattr(persistence, "_lockfile")',
    ],
)
def test_a_private_part_would_be_seen(line):
    assert PRIVATE.search(line)


@pytest.mark.parametrize("line", ["WORKFLOW = Path(workflow.current_basedir)", 'include: "rules/x.smk"'])
def test_what_is_documented_is_not_private(line):
    assert not PRIVATE.search(line)


@pytest.mark.parametrize(("file", "names"), PARTS.items())
def test_the_parts_are_there_in_the_version_that_is_installed(file, names):
    text = (Path(find_spec("snakemake").origin).parent / file).read_text()
    assert [name for name in names.split() if not re.search(rf"\b{name}\b", text)] == []


def test_the_names_of_records_are_snakemakes(tmp_path):
    persistence = FilePersistence(path=tmp_path / ".snakemake")
    long = f"results/demo/{'maps/' * 60}0.zarr.zip"
    names = {"results/demo/a.csv", "results/\N{GREEK SMALL LETTER ALPHA}/b c.png", long, f"{long}/{long}"}
    for name in names:
        persistence._io_write(persistence._metadata_path, {"rule": "made_up"}, name)
    persistence._mark_incomplete("results/demo/half.svg", None)
    (tmp_path / ".snakemake" / "incomplete" / "migration_underway").touch()
    records = records_of(tmp_path / ".snakemake")
    assert records.keys() == {*names, "results/demo/half.svg"}
    assert json.loads(records[long].read_text())["rule"] == "made_up"
    assert records_of(tmp_path / "none") == {}


def test_a_record_tells_params_by_their_reprs():
    assert params_of({"params": ["'a'", "1", "'a'"]}) == {"'a'", "1"}
    assert "params" in MetadataRecord.model_fields


def test_lock_files_are_snakemakes(tmp_path):
    persistence = FilePersistence(path=tmp_path / ".snakemake")
    persistence._write_locks("input", ["results/a"])
    persistence._write_locks("output", ["results/b"])
    locks = lock_files(tmp_path / ".snakemake")
    assert sorted(map(str, persistence._lockfile.values())) == list(map(str, locks))
    assert [lock_name(7, path) for path in locks] == ["7.input.lock", "7.output.lock"]
    assert lock_files(tmp_path) == []


def test_the_version_that_was_read_is_named_at_every_part():
    text = HERE.read_text()
    assert set(re.findall(r"\d+\.\d+\.\d+", text)) == {"9.27.1"}
    assert snakemake.__doc__.startswith("All that this program knows of Snakemake beyond its documentation")
