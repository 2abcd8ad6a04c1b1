# What the process of a run does beside its jobs: hold the folder, check results, tell of progress, say what to open.
import time
from functools import partial

from saliometer.future_times import dated_in_the_future, date_anew, say_future
from saliometer.overview import MapJob, follow
from saliometer.records import (
    check_sources_stay,
    check_unrecorded,
    mend_of,
    recorded_files,
)
from saliometer.wanted import wanted_products

# What plans nothing must work whatever lies in the results.
UTILITIES = {"--unlock", "--lint", "--cleanup-metadata", "--cm", "--list-rules"}
# Of scores that were computed elsewhere.
TABLES_READ = [block.scores for block in SETTINGS.datasets.values()] if IS_GIVEN else []
FOLLOWED = []
FROM_THE_FUTURE = []


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


def start_run():
    """Prepare the run to be stopped, in the main process, once Snakemake has locked the folder."""
    if LOCK:
        # None where Snakemake keeps its records in a database.
        run_locks.sign(LOCK, getattr(workflow.persistence, "_lockfile", {}).values())
    interruption.stop_jobs_when_stopped()
    try:
        date_anew(FROM_THE_FUTURE, time.time_ns())
    except UserError as error:
        sys.exit(f"error: {error}")


def check_results():
    """Stop with one line when results without a record were made with other settings or code.

    And say it when some are dated in the future.
    """
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
        check_sources_stay(Path(RESULTS), products, TABLES_READ)
        recorded = recorded_files(Path(".snakemake"))
        check_unrecorded(Path(RESULTS), products, recorded, mend)
        FROM_THE_FUTURE[:] = dated_in_the_future(
            Path(RESULTS), products, time.time_ns()
        )
    except UserError as error:
        sys.exit(f"error: {error}")
    if FROM_THE_FUTURE:
        print(say_future(FROM_THE_FUTURE), file=sys.stderr)


def announce_report():
    """Say what to open, once there is a page."""
    if Path(PAGE).is_file():
        print(
            f"\nDone. Open {Path(PAGE).resolve()}\nTables: {TABLES}  Figures: {FIGURES}"
        )
