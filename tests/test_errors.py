"""Whatever a name holds, a message stays one line that a terminal shows as it is."""

import pytest

from saliometer.errors import UserError, one_line
from saliometer.stages.command import parse_job, run

FORGED = "a.jpg\nerror: all is lost; run rm -r ~"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (FORGED, r"a.jpg\nerror: all is lost; run rm -r ~"),
        ("a\r\x1b[2Kb", r"a\r\x1b[2Kb"),  # would overwrite its own line
        ("a\u202egpj.exe", r"a\u202egpj.exe"),  # would be shown from right to left
        ("a\u2028b\x85c", r"a\u2028b\x85c"),  # end lines too, by Unicode
        ("a\udcffb", r"a\udcffb"),  # a file name that is no UTF-8
        ("Größe 名前 -2 $x$", "Größe 名前 -2 $x$"),
    ],
)
def test_what_no_line_can_hold_is_written_out(name, shown):
    assert str(UserError(f"{name}: no such file")) == f"{shown}: no such file"
    assert one_line(name) == shown
    assert len(one_line(name).splitlines()) == 1


def test_a_file_name_forges_no_second_error(tmp_path):
    def read():
        raise UserError(f"{FORGED}: can't be opened")

    with pytest.raises(SystemExit) as stopped:
        run(read)
    assert stopped.value.code.count("\n") == 0


@pytest.mark.parametrize(
    "raised",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:124] . DefaultCPUAllocator: can't allocate memory: you"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    ],
    ids=["python", "system", "torch on a CPU", "torch on a GPU"],
)
def test_too_little_memory_is_one_line(raised):
    def compute():
        raise raised

    with pytest.raises(SystemExit, match=r"^error: out of memory; close other programs"):
        run(compute)


def test_a_job_that_the_run_was_not_planned_with_is_one_line(tmp_path):
    """The text of a job lies under its own digest: one of other code, config or images is not there."""
    with pytest.raises(UserError, match=r"is no job of this run, so code, config or images are not those"):
        parse_job(str(tmp_path / "0123456789abcdef.json"))
