# What the jobs of a run are made of: a copy of code and config, taken before the run is planned with it.
import runpy
from types import SimpleNamespace

WORKFLOW = Path(workflow.current_basedir).parent
TREE = WORKFLOW.parent


def module_of_running(name):
    """Return a module by its path: the package is imported later, from the copy of the run."""
    path = WORKFLOW / "saliometer" / "running" / f"{name}.py"
    return SimpleNamespace(**runpy.run_path(str(path)))


snapshot = module_of_running("snapshot")
internals = module_of_running("snakemake")  # what Snakemake does not document
OPTIONS = internals.options_of(workflow)
SNAPSHOTS = internals.FOLDER / "saliometer"
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
    if not OPTIONS.is_main or OPTIONS.is_dry_run:
        return False
    words = {word.partition("=")[0] for word in sys.argv}
    return not JOBLESS & words and TREE in internals.main_snakefile(workflow).parents


def take_copy():
    """Copy the workflow; return the copy and its lock. Jobs on a cluster parse the copy's Snakefile."""
    try:
        place, lock = snapshot.take(TREE, SNAPSHOTS)
    except OSError as error:
        sys.exit(
            f"error: {error.filename}: {error.strerror}; a run keeps its code there: make that possible"
        )
    main = internals.main_snakefile(workflow).relative_to(TREE)
    internals.set_main_snakefile(workflow, place.absolute() / main)
    return place, lock


def plan_of_this_job():
    """Return the folder of the plan whose job this process runs on a cluster; None without one."""
    configs = internals.config_files(workflow)
    of_a_job = not OPTIONS.is_main and TREE.parent.name == SNAPSHOTS.name
    return configs[0].parent if of_a_job and configs else None


def write_plan(methods):
    """Copy the configs and the files of own methods, by block; jobs on a cluster read the copies.

    Returns the folder of the plan.
    """
    configs = internals.config_files_read(workflow)
    try:
        plan = snapshot.write_plan(COPY, configs, methods)
    except OSError as error:
        sys.exit(
            f"error: {error.filename}: {error.strerror}; a run keeps its config there: make that possible"
        )
    internals.set_config_files_of_jobs(workflow, snapshot.configs_of(plan))
    return plan


def write_jobs():
    """Write the texts of all jobs that will run, for them to read, before the first begins."""
    if not PLAN:
        return
    jobs_that_run = internals.jobs_to_run(workflow)
    texts = (getattr(job.params, "job", None) for job in jobs_that_run)
    try:
        snapshot.begin(LOCK_OF_COPY)
        snapshot.write_jobs(PLAN, filter(None, texts))
    except OSError as error:
        sys.exit(
            f"error: {error.filename}: {error.strerror}; a run keeps its jobs there: make that possible"
        )


def end_of_copy():
    """Note that no job of this run needs its copy any more."""
    if COPY:
        snapshot.end(COPY, LOCK_OF_COPY)


def file_of(job):
    """Return the param that says where the text of a job lies, or the text where there is no plan.

    ``job`` is the text, or a function of the wildcards. Snakemake does not track params that ask for resources.
    """

    def path(wildcards, resources):
        text = job if isinstance(job, str) else job(wildcards)
        return str(snapshot.job_path(PLAN, text)) if PLAN else text

    return path


COPY, LOCK_OF_COPY = take_copy() if takes_copy() else (None, None)
PACKAGE_FOLDER = COPY.absolute() / "workflow" if COPY else WORKFLOW
