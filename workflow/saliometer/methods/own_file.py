"""A method of a user's own: a file anywhere, with what the modules of this folder have."""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError

from saliometer.errors import UserError, first_line
from saliometer.methods.spec import MethodSpec
from saliometer.products.files import why_no_file
from saliometer.settings import Settings

FILE = "file"  # the key of a block that brings its own file, and then what its key ``method`` says
PRESET = "preset"
OF_EVERY_BLOCK = ("randomized_model", "disconnected")
RESERVED = ("name", "method", FILE, PRESET, *OF_EVERY_BLOCK)  # keys that mean something in every block or job
# What a method must have, and how to tell that it is right.
NEEDED = {
    "SPEC": (lambda value: isinstance(value, MethodSpec), "a saliometer.methods.spec.MethodSpec"),
    "Settings": (
        lambda value: isinstance(value, type) and issubclass(value, Settings),
        "a class of saliometer.settings.Settings",
    ),
    "attribute": (callable, "a function (model, inputs, targets, seeds, settings, micro_batch=None)"),
}


class ExitAtOnce(SystemExit):
    """``os._exit`` was called, which would have ended the program without a word."""


@contextmanager
def exits_as_errors() -> Iterator[None]:
    """Turn ``os._exit`` into ExitAtOnce for code that is a user's own.

    A process that such code has forked may leave as it likes: the rest of the program is not its own.
    """
    exit_at_once, process = os._exit, os.getpid()

    def tell(status: int) -> None:
        if os.getpid() != process:
            exit_at_once(status)
        raise ExitAtOnce(f"os._exit({status})")

    os._exit = tell
    try:
        yield
    finally:
        os._exit = exit_at_once


def is_path(name: object) -> bool:
    """Tell the path of a Python file from the name of a method."""
    return isinstance(name, str) and name.endswith(".py")


def load_file(path: str) -> ModuleType:
    """Load a method from its file; one that has not changed is executed once.

    Raises UserError, in one line that names the file, when it can't be read or executed, or lacks what a
    method needs.
    """
    try:
        place = Path(path).expanduser()
        problem = why_no_file(place)
        content = b"" if problem else place.read_bytes()
    except (OSError, RuntimeError) as error:
        problem = getattr(error, "strerror", None) or first_line(error)
    if problem:
        raise UserError(f"method file {path}: can't be read ({problem}); give a readable file")
    return _executed(str(place), hashlib.sha256(content).hexdigest())


@lru_cache
def _executed(path: str, digest: str) -> ModuleType:
    specification = spec_from_file_location(f"method_file_{digest[:16]}", path)
    module = module_from_spec(specification)
    sys.modules[specification.name] = module  # where its classes look up the names in their annotations
    try:
        with exits_as_errors():
            specification.loader.exec_module(module)
    except ValidationError as error:
        del sys.modules[specification.name]
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"][:1]))
        raise UserError(f"method file {path}: {error.title}: {key}: {first['msg']}; correct it") from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        del sys.modules[specification.name]
        reason = f"{type(error).__name__}: {first_line(error)}"
        raise UserError(f"method file {path}: can't be executed ({reason}); correct it") from error
    for name, (is_right, words) in NEEDED.items():
        if not hasattr(module, name):
            raise UserError(f"method file {path}: has no {name}, {words}; add it")
        if not is_right(getattr(module, name)):
            raise UserError(f"method file {path}: its {name} is {getattr(module, name)!r}; make it {words}")
    taken = [key for key in module.Settings.model_fields if key in RESERVED]
    if taken:
        raise UserError(
            f"method file {path}: its Settings have the key {taken[0]!r}, which is taken; rename it"
        )
    return module
