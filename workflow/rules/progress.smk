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
    mend_of,
    recorded_files,
    told_in_one_line,
)
from saliometer.report.recognition import warnings_of_run
from saliometer.plan.products import wanted_products

# What plans nothing must work whatever lies in the results.
UTILITIES = {"--unlock", "--lint", "--cleanup-metadata", "--cm", "--list-rules"}
# Of scores that were computed elsewhere.
TABLES_READ = [block.scores for block in SETTINGS.datasets.values()] if IS_GIVEN else []
FOLLOWED = []
FROM_THE_FUTURE = []
# Compared by what they say of themselves: files that lie here, with records that are files.
ARE_COMPARED = not (
    workflow.storage_settings.default_storage_provider
    or workflow.workflow_settings.persistence_backend.name != "FILE"
)


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
        # None where Snakemake keeps its records in a database.
        run_locks.sign(LOCK, getattr(workflow.persistence, "_lockfile", {}).values())
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
    if not workflow.is_main_process or UTILITIES & set(sys.argv):
        return
    configs = workflow.config_settings
    mend = mend_of(RESULTS, configs.configfiles, configs.config)
    try:
        products = wanted_products(SETTINGS, listing_of)
        check_sources_stay(Path(RESULTS), products, TABLES_READ)
        check_locked(jobs.packages_named(each.job().parameters for each in products))
        if not ARE_COMPARED:
            return
        recorded = recorded_files(Path(".snakemake"))
        reasons = check_products(Path(RESULTS), products, recorded, mend)
        FROM_THE_FUTURE[:] = dated_in_the_future(
            Path(RESULTS), products, time.time_ns()
        )
    except UserError as error:
        sys.exit(f"error: {error}")
    if FROM_THE_FUTURE:
        print(say_future(FROM_THE_FUTURE), file=sys.stderr)
    make_again(reasons)


def make_again(reasons):
    """Force the jobs of products whose records Snakemake would believe, where they are among those of this run."""
    if not reasons:
        return
    build = workflow._build_dag

    def build_forced():
        # Not --forcerun: that would make targets of them, and is read from the command line after this.
        workflow.dag.forcefiles.update(f"{RESULTS}/{path}" for path in reasons)
        build()
        planned = {
            str(file) for job in workflow.dag.needrun_jobs() for file in job.output
        }
        forced = {
            path: reason
            for path, reason in reasons.items()
            if f"{RESULTS}/{path}" in planned
        }
        if forced:
            line = told_in_one_line(Path(RESULTS), forced)
            print(f"made again: {line}", file=sys.stderr)

    workflow._build_dag = build_forced


def check_what_was_made():
    """Stop with one line when a product of this run is not what its config asks for, once all jobs are done."""
    if not ARE_COMPARED:
        return
    made = {str(file) for job in workflow.dag.jobs for file in job.output}
    products = wanted_products(SETTINGS, listing_of)
    found = differences(Path(RESULTS), products)
    reasons = {
        path: each.reason for path, each in found.items() if f"{RESULTS}/{path}" in made
    }
    if reasons:
        line = told_in_one_line(Path(RESULTS), reasons)
        sys.exit(f"error: {line}; start the run again, which makes it anew")


def announce_report():
    """Say what to open, once there is a page."""
    if Path(PAGE).is_file():
        for warning in [] if IS_GIVEN else warnings_of_run(Path(TABLES)):
            print(f"warning: {warning}", file=sys.stderr)
        print(
            f"\nDone. Open {Path(PAGE).resolve()}\nTables: {TABLES}  Figures: {FIGURES}"
        )
