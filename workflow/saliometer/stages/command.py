"""What the commands of all stages share."""

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
