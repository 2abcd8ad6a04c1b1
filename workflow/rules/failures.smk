# How the terminal tells of a job that failed: once, in a few lines. The log of Snakemake keeps all it has to say.
import copy
import logging
import time

from snakemake.logging import get_event, logger, timestamp
from snakemake_interface_logger_plugins.common import LogEvent

from saliometer.running.failures import (
    again_text,
    error_line,
    failure_text,
    short_reason,
)

STARTED = time.time() - 2  # a file system may know only whole seconds, and lag behind


class FailuresInLines(logging.Formatter):
    """Format failed jobs in a few lines, reasons of jobs in one, and all else as before."""

    def __init__(self, before):
        super().__init__()
        self.before = before
        self.told = set()

    def format(self, record):
        if get_event(record) == LogEvent.JOB_INFO:
            record = copy.copy(record)  # other handlers tell all
            record.reason = short_reason(record.reason)
        if get_event(record) != LogEvent.JOB_ERROR:
            return self.before.format(record)
        aux = [f"{name}: {value}" for name, value in record.aux.items()]
        said = [*filter(None, [record.rule_msg]), *aux]
        line = error_line(record.log, STARTED)
        failed = (record.rule_name, record.output, record.log)
        key = (*map(str, failed), line)
        text = (
            again_text(record.rule_name, record.output)
            if line and key in self.told
            else failure_text(*failed, line, said)
        )
        self.told.add(key)
        return f"{timestamp()}\n{text}"


def tells_more(record):
    """Tell a record from the command of a failed job with its traceback, which tells no more than its failure."""
    of_a_command = "CalledProcessError" in str(record.msg)
    return not (of_a_command and getattr(record, "exception", None) == "RuleException")


def tell_failures_in_lines():
    """Let the terminal tell of failures in a few lines, unless it is asked for more by --verbose."""
    settings = workflow.output_settings
    if settings.verbose or settings.dryrun or not workflow.is_main_process:
        return
    for handler in logger.handlers:
        if handler.name == "DefaultStreamHandler":
            handler.addFilter(tells_more)
            handler.setFormatter(FailuresInLines(handler.formatter))


tell_failures_in_lines()
