"""Lets Snakemake say in one line what is wrong with a file of ``--configfile``.

Snakemake reads those files before any file of the workflow, and tells of one that it can't read by a
traceback. It imports logger plugins, though, before that: this one logs nothing, and gives the reader of such
files a last line. Where it is not installed all else works.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from snakemake.settings import types
from snakemake_interface_logger_plugins.base import LogHandlerBase


class LogHandler(LogHandlerBase):
    """A handler that logs nothing, which Snakemake asks of a plugin."""

    writes_to_stream = writes_to_file = has_filter = has_formatter = needs_rulegraph = False

    def emit(self, record) -> None:
        """Leave a record to the others."""


def in_one_line(read: Callable[[Path], dict]) -> Callable[[Path], dict]:
    """Return a reader of configs that ends the program with one line where ``read`` would fail or wait."""

    def read_or_say(path: Path) -> dict:
        try:
            if not Path(path).is_file():  # a named pipe would be waited for
                _say_what_is_wrong(path)
            settings = read(path)
            json.dumps(settings, default=str)  # what holds itself fails here, as it would later on
            return settings
        except Exception:
            _say_what_is_wrong(path)
            raise

    return read_or_say


def _say_what_is_wrong(path: Path) -> None:
    """End the program with a line on what is wrong with a config, if anything is.

    The package is imported only here: the workflow imports it later, from the copy that it plans with.
    """
    from saliometer.config.files import read_config
    from saliometer.errors import UserError

    try:
        read_config(path)
    except UserError as error:
        sys.exit(f"error: {error}")


types.load_configfile = in_one_line(types.load_configfile)
