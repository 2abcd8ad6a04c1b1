"""The check command in this process, and what it leaves."""

import contextlib
import io
from unittest import mock

import pytest

from saliometer.stages import check
from saliometer.stages.command import run


def run_check(results, *options):
    """Run the command in this process; returns its exit code and its lines."""
    written = io.StringIO()
    with (
        mock.patch("sys.argv", ["check", str(results), *options]),
        contextlib.redirect_stdout(written),
        pytest.raises(SystemExit) as left,
    ):
        run(check.main)
    if isinstance(left.value.code, str):  # what sys.exit prints on stderr before it leaves with 1
        return 1, [*written.getvalue().splitlines(), left.value.code]
    return left.value.code, written.getvalue().splitlines()


NO_MANIFEST = "no manifest.json tells its digest"


def expect_whole_but_for_manifests(results):
    """Expect nothing to be wrong but figures and pages whose manifest is gone: the next run makes both."""
    *lines, _ = run_check(results)[1]
    assert all(line.endswith(NO_MANIFEST) for line in lines)
    run_check(results, "--remove")
    assert run_check(results)[0] == 0


def files_in(results):
    return {path for path in results.rglob("*") if path.is_file()}
