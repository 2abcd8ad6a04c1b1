# What the terminal shows of jobs, failed ones too: lines that people read. The log of Snakemake keeps all it has to say.
import time

from saliometer.audit.reasons import reason_of, reasons_of_plan
from saliometer.running.terminal import InLines, OfTheWhole

STARTED = time.time() - 2  # a file system may know only whole seconds, and lag behind
# Products that are made again though Snakemake would believe them, by path.
WHY_FORCED = {}
JOBS_BY_NUMBER = {}


def reason_of_number(number):
    """Return in one line why the job that the log names by a number runs."""
    if not JOBS_BY_NUMBER:
        JOBS_BY_NUMBER.update(internals.jobs_by_number(workflow))
    planned = internals.planned_job(workflow, JOBS_BY_NUMBER[number])
    return reason_of(planned, WHY_FORCED)


def reasons_of_run():
    """Return why all jobs of the plan run, by rule."""
    planned = [
        internals.planned_job(workflow, job) for job in internals.jobs_to_run(workflow)
    ]
    return reasons_of_plan(planned, internals.wildcards_by_rule(workflow), WHY_FORCED)


def show_in_lines():
    """Let the terminal show lines that people read, unless it is asked for all by --verbose."""
    if OPTIONS.is_verbose or not OPTIONS.is_main:
        return
    for terminal in internals.terminals():
        terminal.setFormatter(InLines(terminal.formatter, reason_of_number, STARTED))
        terminal.addFilter(lambda record: not internals.is_end_of_command(record))
        if OPTIONS.is_dry_run and not OPTIONS.lists_each_job:
            terminal.addFilter(OfTheWhole())


def say_reasons():
    """Let a dry run end with why all jobs run, once it is planned."""
    if OPTIONS.is_dry_run and not OPTIONS.is_verbose:
        internals.say_reasons(workflow, reasons_of_run)


show_in_lines()
