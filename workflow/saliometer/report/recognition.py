"""Warnings that a network does not know what it is shown."""

from pathlib import Path

from saliometer.findings.recognition import Recognition, unrecognised_in_run
from saliometer.report.sentences import counted

NOTHING = "Nothing about the methods: the network does not know what it is shown, see the top of the page."


def unrecognised_sentence(model: str, recognition: Recognition) -> str:
    """Say that a network knows next to nothing of what it is shown, and what that means."""
    first, five = recognition.hits
    return (
        f"{model} recognises {first} of {counted(recognition.n_images, 'photograph')} shown alone, and "
        f"{five} within its first five classes: guessing among the "
        f"{counted(recognition.n_classes, 'class', 'classes')} would do better. The labels are probably of "
        "another numbering than the network's outputs, or it was never trained for them. Nothing is "
        "concluded about the methods: check the labels first."
    )


def warnings_of_run(folder: Path) -> list[str]:
    """Return a warning for every network of a run that can't know its labels; ``folder`` of its tables."""
    return [
        f"{scope.dataset}, {scope.form}: {unrecognised_sentence(scope.model, recognition)}"
        for scope, recognition in unrecognised_in_run(folder).items()
    ]
