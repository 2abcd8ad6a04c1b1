# What the process of a run does beside its jobs: hold the folder, check results, tell of progress, say what to open.
import time
from functools import partial

from saliometer.audit.future_times import dated_in_the_future, date_anew, say_future
from saliometer.products.installed import check_locked
from saliometer.running.map_progress import MapJob, follow
from saliometer.audit.unrecorded import (
    check_products,
    check_sources_stay,
    differences,
    first_of,
    remedy_of,
)
from saliometer.report.recognition import warnings_of_run
from saliometer.running.terminal import wrapped
from saliometer.running.where_to_look import (
    where_to_look,
    where_to_look_after_failure,
)
from saliometer.plan.products import products_of_config

# What plans nothing must work whatever lies in the results.
UTILITIES = {"--unlock", "--lint", "--cleanup-metadata", "--cm", "--list-rules"}
# Of scores that were computed elsewhere.
TABLES_READ = (
    [block.scores for block in SETTINGS.datasets.values()] if IS_TABLE_STUDY else []
)
FOLLOWED = []
FROM_THE_FUTURE = []
# Compared by what they say of themselves: files that lie here, with records that are files.
ARE_COMPARED = internals.has_records_here(workflow)


def follow_maps():
    """Begin to tell how many maps of the run are done."""
    map_jobs = [
        MapJob(
            extent(job.wildcards).questions,
            Path(job.log[0]),
            partial(internals.is_done, workflow, job),
        )
        for job in internals.all_jobs(workflow)
        if job.rule.name == "compute_maps"
    ]
    if map_jobs:
        FOLLOWED.append(follow(map_jobs))


def end_of_maps():
    """Tell how many maps there are in the end."""
    for end in FOLLOWED:
        end()


def check_models_first():
    """Let the jobs that could start now wait until every model is checked, and so all others.

    A check is no input of theirs: they would run again with it, or, were it marked as ancient, not run for
    reasons of their own when the check does (Snakemake 9.27 looks at no job below one that runs).
    """
    internals.run_first(workflow, "check_models")


def start_run():
    """Prepare the run to be stopped, in the main process, once Snakemake has locked the folder."""
    if LOCK:
        run_locks.sign(LOCK, internals.own_locks(workflow))
    interruption.stop_jobs_when_stopped()
    try:
        date_anew(FROM_THE_FUTURE, time.time_ns())
    except UserError as error:
        sys.exit(f"error: {error}")


def check_results():
    """Stop with one line before any job where something is wrong; let be made again what is not what it was.

    That is: other packages are installed than the jobs name; results that Snakemake has no record of were made with
    other settings or code. Those that are not what their record says are made again. Some may be dated in the
    future.
    """
    if not OPTIONS.is_main or UTILITIES & set(sys.argv):
        return
    overrides = internals.config_overrides(workflow)
    remedy = remedy_of(RESULTS, internals.config_files(workflow), overrides)
    try:
        products = products_of_config(SETTINGS, listing_of)
        check_sources_stay(Path(RESULTS), products, TABLES_READ)
        check_locked(jobs.packages_named(each.job().parameters for each in products))
        if not ARE_COMPARED:
            return
        records = internals.records_of(internals.FOLDER)
        reasons = check_products(Path(RESULTS), products, records, remedy)
        FROM_THE_FUTURE[:] = dated_in_the_future(
            Path(RESULTS), products, time.time_ns()
        )
    except UserError as error:
        sys.exit(f"error: {error}")
    if FROM_THE_FUTURE:
        print(wrapped(say_future(FROM_THE_FUTURE)), file=sys.stderr)
    WHY_FORCED.update({f"{RESULTS}/{path}": reason for path, reason in reasons.items()})


def make_again():
    """Force the jobs of products whose records Snakemake would believe, where they are among those of this run."""
    internals.force(workflow, WHY_FORCED)


def say_what_is_planned():
    """Say which products are made again though Snakemake would believe them, and in a dry run why all jobs run."""
    say_reasons()
    planned = {
        str(file) for job in internals.jobs_to_run(workflow) for file in job.output
    }
    forced = {path: reason for path, reason in WHY_FORCED.items() if path in planned}
    if forced:
        print(wrapped(f"made again: {first_of(forced)}"), file=sys.stderr)


def check_what_was_made():
    """Stop with one line when a product of this run is not what its config asks for, once all jobs are done."""
    if not ARE_COMPARED:
        return
    made = {str(file) for job in internals.all_jobs(workflow) for file in job.output}
    products = products_of_config(SETTINGS, listing_of)
    reasons = {
        f"{RESULTS}/{path}": each.reason
        for path, each in differences(Path(RESULTS), products).items()
        if f"{RESULTS}/{path}" in made
    }
    if reasons:
        sys.exit(
            f"error: {first_of(reasons)}; start the run again, which makes it anew"
        )


def announce_report():
    """Say where to look, once a run is done."""
    # A storage plugin may have put the page elsewhere.
    is_whole = Path(PAGE).is_file() and any(
        job.rule.name == "write_report" for job in internals.all_jobs(workflow)
    )
    if is_whole and not IS_TABLE_STUDY:
        for warning in warnings_of_run(Path(TABLES)):
            print(wrapped(f"warning: {warning}"), file=sys.stderr)
    print(wrapped(where_to_look(RESULTS, PAGE if is_whole else None)))


def announce_failure():
    """Say where to look, once a run has stopped with failed jobs."""
    print(wrapped(where_to_look_after_failure(RESULTS)))
