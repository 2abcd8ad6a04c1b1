"""The one exception that stands for a mistake in the user's data or settings, and the words of others."""


class UserError(Exception):
    """Bad input: the message is one line that names the file or key, what is wrong and what to do.

    Names of files, labels and cells of tables stand in it as they are; ``str`` writes what no line can hold
    as ``one_line`` does. Stage commands print it as ``error: ...`` and exit with code 1. Anything else that
    is raised is a defect of the program and keeps its traceback.
    """

    def __str__(self) -> str:
        return one_line(super().__str__())


def one_line(text: object) -> str:
    """Return a text as one line that a terminal can show: what is not printable is written as Python does.

    That is what breaks lines, moves the cursor or turns the direction of writing, and the bytes of file names
    that are no text. So no name can pass for a line of the program's own.
    """
    text = str(text)
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's message, or its type's name where it has none."""
    return (str(error).splitlines() or [type(error).__name__])[0]
