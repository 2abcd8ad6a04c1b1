"""What the terminal shows of a run: lines that people read, none longer than WIDTH. The log keeps all."""

import copy
import logging
import os
import re
import textwrap
import time
from collections.abc import Callable

from saliometer.running.failures import again_text, error_line, failure_text
from saliometer.running.snakemake import event_of

WIDTH = 160
ITEMS = 3  # of a list of paths
TEXT_OF_JOB = re.compile(r"\{\"code\":.{100,}\}")  # which a dry run has in place of a file's path


class InLines(logging.Formatter):
    """Format failed jobs in a few lines, reasons of jobs in one, and wrap all else.

    Parameters: ``before``, the formatter in whose place it stands; ``reason``, from a job's number to why
    it runs; ``began``, when the run did, in seconds since 1970.
    """

    def __init__(self, before: logging.Formatter, reason: Callable[[int], str], began: float) -> None:
        super().__init__()
        self.before, self.reason, self.began = before, reason, began
        self.failures: set[tuple[str, ...]] = set()

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record of Snakemake's log."""
        event = event_of(record)
        if event == "JOB_ERROR":
            return wrapped(f"[{time.asctime()}]\n{self._failure(record)}")
        if event == "JOB_INFO":
            record = copy.copy(record)  # other handlers print all
            record.reason = self.reason(record.jobid)
            record.rule_msg = record.rule_msg or f"target {record.rule_name}"
        text = self.before.format(record)
        if event == "SHELLCMD":
            return TEXT_OF_JOB.sub("{...}", text)
        return wrapped(from_here(text if record.levelno > logging.INFO else without_walls(text)))

    def _failure(self, record: logging.LogRecord) -> str:
        remarks = [record.rule_msg] if record.rule_msg else []
        remarks += [f"{name}: {value}" for name, value in record.aux.items()]
        line = error_line(record.log, self.began)
        failed = (record.rule_name, record.output, record.log)
        key = (*map(str, failed), line)
        is_known = bool(line) and key in self.failures
        self.failures.add(key)
        return (
            again_text(record.rule_name, record.output) if is_known else failure_text(*failed, line, remarks)
        )


class OfTheWhole:
    """Let a dry run's jobs pass by unprinted, and its table of them be printed once."""

    def __init__(self) -> None:
        self.tables = 0

    def __call__(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is printed."""
        event = event_of(record)
        self.tables += event == "RUN_INFO"
        return event != "JOB_INFO" and (event != "RUN_INFO" or self.tables == 1)


def wrapped(text: str, width: int = WIDTH) -> str:
    """Break long lines at spaces, each rest further in; a longer word, as a path, stays whole."""
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.lstrip(),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def without_walls(text: str, width: int = WIDTH) -> str:
    """Say of long lines that list paths only the first of them and how many more there are."""
    return "\n".join(_first_items(line) if len(line) > width else line for line in text.split("\n"))


def _first_items(line: str) -> str:
    items = line.split(", ")
    is_list = len(items) > ITEMS and not any(" " in item.strip() for item in items)
    return f"{', '.join(items[:ITEMS])} and {len(items) - ITEMS} more" if is_list else line


def from_here(text: str) -> str:
    """Name what lies in the working folder by its path from there."""
    here = os.getcwd()
    return text if here == "/" else re.sub(rf"(?<![\w./-]){re.escape(here)}/", "", text)
