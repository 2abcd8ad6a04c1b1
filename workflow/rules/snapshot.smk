# What the jobs of a run are made of: a copy of code and config, taken before the run is planned with it.
import runpy
from types import SimpleNamespace

from snakemake.sourcecache import infer_source_file
from snakemake_interface_executor_plugins.utils import format_cli_arg

WORKFLOW = Path(workflow.current_basedir).parent
TREE = WORKFLOW.parent
snapshot = SimpleNamespace(
    **runpy.run_path(str(WORKFLOW / "saliometer" / "running" / "snapshot.py"))
)
SNAPSHOTS = Path(".snakemake") / "saliometer"
# What runs no job of a stage takes no copy.
JOBLESS = {
    *("--unlock", "--lint", "--cleanup-metadata", "--cm", "--list-rules", "-l"),
    *("--list", "--list-target-rules", "--lt", "--touch", "-t", "--report"),
    *("--summary", "-S", "--detailed-summary", "-D", "--dag", "--rulegraph"),
    *("--filegraph", "--d3dag", "--delete-all-output", "--delete-temp-output"),
    *("--archive", "--containerize", "--generate-unit-tests", "--export-cwl"),
    *("--list-changes", "--list-untracked", "--print-compilation"),
}


def takes_copy():
    """Tell whether this process plans a run whose jobs will run, and its main Snakefile is one of ours."""
    if not workflow.is_main_process or workflow.output_settings.dryrun:
        return False
    words = {word.partition("=")[0] for word in sys.argv}
    return not JOBLESS & words and TREE in Path(workflow.main_snakefile).parents


def take_copy():
    """Copy the workflow; return the copy and its lock. Jobs on a cluster parse the copy's Snakefile."""
    try:
        place, lock = snapshot.take(TREE, SNAPSHOTS)
    except OSError as error:
        sys.exit(
            f"error: {error.filename}: {error.strerror}; a run keeps its code there: make that possible"
        )
    main = place.absolute() / Path(workflow.main_snakefile).relative_to(TREE)
    # What executors take for the main Snakefile: the first of those that are included.
    workflow._included = type(workflow._included)(
        {str(main): infer_source_file(str(main)), **workflow._included}
    )
    return place, lock


def plan_of_this_job():
    """Return the folder of the plan whose job this process runs on a cluster; None without one."""
    configs = workflow.config_settings.configfiles
    of_a_job = not workflow.is_main_process and TREE.parent.name == SNAPSHOTS.name
    return Path(configs[0]).parent if of_a_job and configs else None


def write_plan(methods):
    """Copy the configs and the files of own methods, by block; jobs on a cluster read the copies.

    Returns the folder of the plan.
    """
    configs = [Path(path) for path in workflow.configfiles]
    try:
        plan = snapshot.write_plan(COPY, configs, methods)
    except OSError as error:
        sys.exit(
            f"error: {error.filename}: {error.strerror}; a run keeps its config there: make that possible"
        )
    copies = [str(path) for path in snapshot.configs_of(plan)]
    workflow.spawned_job_args_factory.get_configfiles_arg = lambda: format_cli_arg(
        "--configfiles", copies
    )
    return plan


def write_jobs():
    """Write the texts of all jobs that will run, for them to read, before the first begins."""
    if not PLAN:
        return
    texts = (getattr(job.params, "job", None) for job in workflow.dag.needrun_jobs())
    try:
        snapshot.begin(HELD)
        snapshot.write_jobs(PLAN, filter(None, texts))
    except OSError as error:
        sys.exit(
            f"error: {error.filename}: {error.strerror}; a run keeps its jobs there: make that possible"
        )


def end_of_copy():
    """Note that no job of this run needs its copy any more."""
    if COPY:
        snapshot.end(COPY, HELD)


def file_of(job):
    """Return the param that says where the text of a job lies, or the text where there is no plan.

    ``job`` is the text, or a function of the wildcards. Snakemake does not track params that ask for resources.
    """

    def path(wildcards, resources):
        text = job if isinstance(job, str) else job(wildcards)
        return str(snapshot.job_path(PLAN, text)) if PLAN else text

    return path


COPY, HELD = take_copy() if takes_copy() else (None, None)
PACKAGE_FOLDER = COPY.absolute() / "workflow" if COPY else WORKFLOW
