# What the process of a run does beside its jobs: hold the folder, check results, tell of progress, say what to open.
from functools import partial

from saliometer.overview import MapJob, follow
from saliometer.records import check_unrecorded, mend_of, recorded_files
from saliometer.wanted import wanted_products

# What plans nothing must work whatever lies in the results.
UTILITIES = {"--unlock", "--lint", "--cleanup-metadata", "--cm", "--list-rules"}
FOLLOWED = []


def follow_maps():
    """Begin to tell how many maps of the run are done."""
    map_jobs = [
        MapJob(
            extent(job.wildcards).questions,
            Path(job.log[0]),
            partial(_is_done, job),
        )
        for job in workflow.dag.jobs
        if job.rule.name == "compute_maps"
    ]
    if map_jobs:
        FOLLOWED.append(follow(map_jobs))


def _is_done(job):
    return not workflow.dag.needrun(job) or workflow.dag.finished(job)


def end_of_maps():
    """Tell how many maps there are in the end."""
    for end in FOLLOWED:
        end()


def check_models_first():
    """Let the jobs that could start now wait until every model is checked, and so all others.

    A check is no input of theirs: they would run again with it, or, were it marked as ancient, not run for
    reasons of their own when the check does (Snakemake 9.27 looks at no job below one that runs).
    """
    dag = workflow.dag
    checks = [job for job in dag.needrun_jobs() if job.rule.name == "check_models"]
    waiting = [
        job for job in dag.needrun_jobs() if job not in checks and dag._ready(job)
    ]
    for job in waiting:
        for check in checks:
            dag.dependencies[job][check].update(check.output)
            dag.depending[check][job].update(check.output)
        dag._n_until_ready[job] += len(checks)
    if checks:
        dag.ready_jobs.intersection_update(checks)
        dag.update_ready()


def start_run():
    """Prepare the run to be stopped, in the main process, once Snakemake has locked the folder."""
    if LOCK:
        interruption.sign(LOCK)
    interruption.stop_jobs_when_stopped()


def check_results():
    """Stop with one line when results that Snakemake has no record of were made with other settings or code."""
    elsewhere = (
        workflow.storage_settings.default_storage_provider
        or workflow.workflow_settings.persistence_backend.name != "FILE"
    )
    if not workflow.is_main_process or elsewhere or UTILITIES & set(sys.argv):
        return
    configs = workflow.config_settings
    mend = mend_of(RESULTS, configs.configfiles, configs.config)
    try:
        products = wanted_products(SETTINGS, listing_of)
        recorded = recorded_files(Path(".snakemake"))
        check_unrecorded(Path(RESULTS), products, recorded, mend)
    except UserError as error:
        sys.exit(f"error: {error}")


def announce_report():
    """Say what to open, once there is a page."""
    if Path(PAGE).is_file():
        print(
            f"\nDone. Open {Path(PAGE).resolve()}\nTables: {TABLES}  Figures: {FIGURES}"
        )
