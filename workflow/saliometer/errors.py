"""The one exception that stands for a mistake in the user's data or settings, and the words of others."""


class UserError(Exception):
    """Bad input: the message is one line that names the file or key, what is wrong and what to do.

    Stage commands print it as ``error: ...`` and exit with code 1. Anything else that is raised is a
    defect of the program and keeps its traceback.
    """


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's message, or its type's name where it has none."""
    return (str(error).splitlines() or [type(error).__name__])[0]
