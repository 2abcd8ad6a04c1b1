"""What the terminal says of a job that failed: its rule, product, log and the line of it that tells why."""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

MARK = "error:"
# What a process leaves that ended of its own accord; the last line of any other log is no reason.
TELLING = re.compile(r"error|exception|traceback|stopped by|not found|no space|killed", re.IGNORECASE)
SILENT = f"{MARK} it ended without a word: killed, out of memory or disk, or by the code of a method"
BYTES_READ = 65536  # from the end of a log
LONGEST = 1000  # characters of the line


def failure_text(
    rule: str, products: Sequence[str], logs: Sequence[str], line: str, remarks: Iterable[str] = ()
) -> str:
    """Return four lines or so on a failed job.

    Parameters: ``logs``, the job's own and those of its scheduler; ``line``, what ``error_line`` found there;
    ``remarks``, what the scheduler says of the job.
    """
    lines = [f"Error in rule {rule}: {_named(products)}", *(f"    log: {log}" for log in logs)]
    return "\n".join([*lines, *(f"    {words}" for words in remarks), *([f"    {line}"] if line else [])])


def again_text(rule: str, products: Sequence[str]) -> str:
    """Return one line on a job that was tried once more and failed in the same way."""
    return f"Error in rule {rule}: {_named(products)}: failed again, as before"


def _named(products: Sequence[str]) -> str:
    more = f" and {len(products) - 1} more" if len(products) > 1 else ""
    return f"{products[0]}{more}" if products else "no product"


def error_line(logs: Sequence[str], since: float) -> str:
    """Return the last line of the logs that begins with ``error:``; else the last of a log that tells why.

    Parameters: ``since``, in seconds since 1970: a log that is older tells of another run.
    Returns SILENT where no log tells why, as when the system killed the process, and "" without logs.
    """
    tails = [tail for tail in (_tail(Path(log), since) for log in logs) if tail]
    marked = [line for tail in tails for line in tail[::-1] if line.startswith(MARK)]
    last = [tail[-1] for tail in tails if any(map(TELLING.search, tail))]
    return (marked or last or [SILENT if logs else ""])[0][:LONGEST]


def _tail(log: Path, since: float) -> list[str]:
    """Return the last lines of a log that say something, without what would steer a terminal."""
    try:
        with log.open("rb") as file:
            if os.fstat(file.fileno()).st_mtime < since:
                return []
            file.seek(max(0, os.fstat(file.fileno()).st_size - BYTES_READ))
            text = file.read().decode(errors="replace")
    except OSError:  # no log was written, or none that this machine sees: there is nothing to tell
        return []
    lines = ("".join(sign if sign.isprintable() else " " for sign in line) for line in text.split("\n"))
    return [line.strip() for line in lines if line.strip()]
