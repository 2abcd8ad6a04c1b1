"""All that this program knows of Snakemake beyond its documentation: read in version 9.27.1, and here alone.

``tests/running/test_snakemake.py`` names the parts and holds that no other file uses them. After another
version is installed, read those parts again. The rules load this module by its path, before the package is
imported from the copy of a run: it imports nothing of the package, and Snakemake only inside functions.
"""

import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(".snakemake")
KINDS_OF_RECORDS = ("metadata", "incomplete")  # what is marked incomplete is made again anyway
LOCKS, LOCK_SUFFIX = "locks", ".lock"
SHELL_OF_JOB = "CalledProcessError"
TERMINAL = "DefaultStreamHandler"


class Options(NamedTuple):
    """Whether a process is a person's own, runs nothing (-n), lists each job (-p), says all (--verbose)."""

    is_main: bool
    is_dry_run: bool
    lists_each_job: bool
    is_verbose: bool


class PlannedJob(NamedTuple):
    """A job that will run, and why, as Snakemake tells the reasons apart (Reason of jobs.py, 9.27.1).

    ``missing``, ``incomplete``: products; ``newer``: inputs that changed; ``makers``: rules of the jobs that
    make inputs anew in this run; ``params``: the texts of its params in the record alone and now alone;
    ``added``, ``dropped``: inputs now alone and in the record alone, where ``has_other_inputs``.
    """

    rule: str
    wildcards: dict[str, str]
    products: tuple[str, ...]
    is_forced: bool = False
    missing: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    params: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    has_other_inputs: bool = False
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    has_other_command: bool = False
    has_other_environment: bool = False


# ---- The folder .snakemake ----


def records_of(folder: Path) -> dict[str, Path]:
    """Return the record of every file that Snakemake's folder holds one of, by the file's path.

    A record's name is the path in base 64; one too long for a file's name is cut up into folders, whose names
    begin with "@" (FilePersistence._record_path, 9.27.1).
    """
    records = {}
    for root in (folder / kind for kind in KINDS_OF_RECORDS):
        for parent, _, names in os.walk(root):
            cut = "".join(part.removeprefix("@") for part in Path(parent).relative_to(root).parts)
            for name in names:
                with suppress(ValueError):  # a file that is no record
                    records[urlsafe_b64decode(cut + name).decode()] = Path(parent, name)
    return records


def params_of(record: dict) -> set[str]:
    """Return the params that a record tells, each as its repr (PersistenceBase._params, 9.27.1)."""
    return set(record["params"])


def lock_files(folder: Path) -> list[Path]:
    """Return the files by which Snakemake marks others as in use: locks/0.input.lock and so on (9.27.1)."""
    return sorted((folder / LOCKS).glob(f"*{LOCK_SUFFIX}"))


def lock_name(number: int, path: Path) -> str:
    """Return the name of a lock file of the kind of ``path`` under another number."""
    return f"{number}.{path.name.partition('.')[2]}"


# ---- The workflow as it is read ----


def options_of(workflow) -> Options:
    """Return what the process was asked for (Workflow.exec_mode and its OutputSettings, 9.27.1)."""
    output = workflow.output_settings
    return Options(workflow.is_main_process, output.dryrun, output.printshellcmds, output.verbose)


def main_snakefile(workflow) -> Path:
    """Return the Snakefile that the run was started with (Workflow.main_snakefile, 9.27.1)."""
    return Path(workflow.main_snakefile)


def set_main_snakefile(workflow, path: Path) -> None:
    """Let jobs on a cluster parse another: executors take the first that is included (Workflow._included)."""
    from snakemake.sourcecache import infer_source_file

    files = {str(path): infer_source_file(str(path)), **workflow._included}
    workflow._included = type(workflow._included)(files)


def config_files(workflow) -> list[Path]:
    """Return the files of --configfile (Workflow.config_settings, 9.27.1)."""
    return [Path(path) for path in workflow.config_settings.configfiles or []]


def config_overrides(workflow) -> dict:
    """Return what --config sets (Workflow.config_settings, 9.27.1)."""
    return workflow.config_settings.config


def config_files_read(workflow) -> list[Path]:
    """Return all config files, with the one that the Snakefile names (Workflow.configfiles, 9.27.1)."""
    return [Path(path) for path in workflow.configfiles]


def set_config_files_of_jobs(workflow, paths: Sequence[Path]) -> None:
    """Let jobs on a cluster read other config files (SpawnedJobArgsFactory.get_configfiles_arg, 9.27.1)."""
    from snakemake_interface_executor_plugins.utils import format_cli_arg

    words = format_cli_arg("--configfiles", [str(path) for path in paths])
    workflow.spawned_job_args_factory.get_configfiles_arg = lambda: words


def has_records_here(workflow) -> bool:
    """Tell whether products lie here and their records are files (storage and workflow settings, 9.27.1)."""
    is_stored = workflow.storage_settings.default_storage_provider
    return not is_stored and workflow.workflow_settings.persistence_backend.name == "FILE"


def own_locks(workflow) -> list[Path]:
    """Return the lock files of this process; none where a database has them (FilePersistence._lockfile)."""
    return [Path(path) for path in getattr(workflow.persistence, "_lockfile", {}).values()]


# ---- The plan of jobs: Workflow.dag and its class DAG, 9.27.1 ----


def around_plan(workflow, before: Callable[[], None], after: Callable[[], None]) -> None:
    """Call one function when the plan is about to be made and another once it is (Workflow._build_dag)."""
    build = workflow._build_dag

    def build_between() -> None:
        before()
        build()
        after()

    workflow._build_dag = build_between


def force(workflow, products: Iterable[str]) -> None:
    """Let the jobs of some products run, before the plan is made.

    Not as --forcerun does: that would make targets of them, and is read from the command line later.
    """
    workflow.dag.forcefiles.update(products)


def jobs_to_run(workflow) -> list:
    """Return the jobs that run, finished ones too."""
    return list(workflow.dag.needrun_jobs(exclude_finished=False))


def all_jobs(workflow) -> list:
    """Return the jobs of the plan, also those that need not run."""
    return list(workflow.dag.jobs)


def is_done(workflow, job) -> bool:
    """Tell whether a job need not run, or has."""
    return not workflow.dag.needrun(job) or workflow.dag.finished(job)


def run_first(workflow, rule: str) -> None:
    """Let the jobs that could start now wait for those of one rule, and so all others."""
    dag = workflow.dag
    first = [job for job in dag.needrun_jobs() if job.rule.name == rule]
    for job in [job for job in dag.needrun_jobs() if job not in first and dag._ready(job)]:
        for each in first:
            dag.dependencies[job][each].update(each.output)
            dag.depending[each][job].update(each.output)
        dag._n_until_ready[job] += len(first)
    if first:
        dag.ready_jobs.intersection_update(first)
        dag.update_ready()


def planned_job(workflow, job) -> PlannedJob:
    """Return why a job runs; what changed in its params also where Snakemake looks at its input alone."""
    reason = workflow.dag.reason(job)
    remade = set(reason.updated_input_run)
    makers = {each.rule.name for each, files in workflow.dag.dependencies[job].items() if remade & set(files)}
    changed = workflow.persistence.params_changed(job)
    added, dropped = _other_inputs(workflow, job) if reason.input_changed else ((), ())
    return PlannedJob(
        job.rule.name,
        dict(job.wildcards_dict),
        _names(job.output),
        bool(reason.forced),
        _names(reason.missing_output),
        _names(reason.incomplete_output),
        _names(set(reason.updated_input) - remade),
        tuple(sorted(makers)),
        (_texts(changed.only_old), _texts(changed.only_new)) if changed else (frozenset(), frozenset()),
        bool(reason.input_changed),
        added,
        dropped,
        bool(reason.code_changed),
        bool(reason.software_stack_changed),
    )


def _other_inputs(workflow, job) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the inputs of a job that its record lacks, and those that it alone has (Persistence.input)."""
    records = [workflow.persistence.input(path) or [] for path in job.output]
    before, now = {str(path) for record in records for path in record}, set(map(str, job.input))
    return _names(now - before), _names(before - now)


def _names(files: Iterable) -> tuple[str, ...]:
    return tuple(sorted(map(str, files)))


def _texts(params: Iterable) -> frozenset[str]:
    return frozenset(map(str, params))


def jobs_by_number(workflow) -> dict:
    """Return the jobs of the plan by the numbers that the log gives them (DAG.jobid)."""
    return {workflow.dag.jobid(job): job for job in workflow.dag.jobs}


def wildcards_by_rule(workflow) -> dict[str, list[dict[str, str]]]:
    """Return the wildcards of all jobs of each rule of which one runs, from the first rule on (DAG.stats)."""
    wildcards = {rule: [] for rule in workflow.dag.stats()[1] if rule != "total"}
    for job in workflow.dag.jobs:
        if job.rule.name in wildcards:
            wildcards[job.rule.name].append(dict(job.wildcards_dict))
    return wildcards


def say_reasons(workflow, text: Callable[[], str]) -> None:
    """Let a dry run end with a text in place of its own reasons (DAG.print_reasons), once it is planned."""
    from snakemake.logging import logger

    workflow.dag.print_reasons = lambda: logger.info(text())
    # It points to lists of jobs that are not printed, and to ways round the records.
    workflow.log_provenance_info = lambda: None


# ---- The terminal: logging.py, 9.27.1 ----


def terminals() -> Iterator:
    """Yield the handlers that print; that of the log file is another."""
    from snakemake.logging import logger

    yield from (handler for handler in logger.handlers if handler.name == TERMINAL)


def event_of(record) -> str:
    """Return what a record of the log tells of, as the name of a LogEvent, "" for mere text."""
    event = getattr(record, "event", None)
    return event.name if event else ""


def is_end_of_command(record) -> bool:
    """Tell the traceback of a job's command that failed, which tells no more than its failure does."""
    return SHELL_OF_JOB in str(record.msg) and getattr(record, "exception", None) == "RuleException"
