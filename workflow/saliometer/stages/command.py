"""What the commands of all stages share."""

import argparse
import json
import sys
from collections.abc import Callable

from saliometer.errors import UserError


def run(main: Callable[[], None]) -> None:
    """Run a stage's main function; a user's error becomes one line on stderr and exit code 1."""
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {error}")


def parse_job(text: str) -> dict:
    """Parse the canonical JSON of a job: ``settings``, ``code`` digests and package ``versions``.

    Raises UserError for text that is not JSON or lacks the settings.
    """
    try:
        job = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"--job: not valid JSON ({error}); pass the canonical JSON of the job") from None
    if not isinstance(job, dict) or "settings" not in job:
        raise UserError('--job: needs an object with the key "settings"')
    return job


def add_computing_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the stages that run networks: how they run, which changes no result.

    What they may hold is checked where it is used: the modules of networks, imported here, would enter the
    code digests of all stages.
    """
    parser.add_argument("--device", default="auto", help="where to compute: auto, cpu or cuda")
    parser.add_argument("--granted-gpus", type=int, default=0, help="GPUs that the scheduler gave this job")
    parser.add_argument("--micro-batch", type=int, help="images in one pass (default: by device and size)")
    parser.add_argument("--download", nargs="*", default=[], help="models whose weights may be fetched")
