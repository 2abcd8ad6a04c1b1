"""Where to look once a run has ended: what a person opens, and the commands that go on from there."""

from saliometer.products.seals import CHECK


def where_to_look(results: str, page: str | None) -> str:
    """Return the last lines of a run that is done.

    Parameters: ``results``, its folder; ``page``, what it made last, None for a run of some stages alone.
    """
    whole = [
        ("the page", f"{page} (open it in a browser)"),
        ("the tables", f"{results}/tables/ (CSV to read, Parquet to compute with)"),
        ("the figures", f"{results}/figures/"),
    ]
    part = [("what was made", f"{results}/"), ("the page", "made by a run without a target")]
    return _lines(
        "Done. Where to look:",
        [
            *(whole if page else part),
            ("the logs", f"{results}/logs/"),
            ("is all whole?", f"{CHECK} {results}"),
        ],
    )


def where_to_look_after_failure(results: str) -> str:
    """Return the last lines of a run that stopped with failed jobs."""
    return _lines(
        "Not done. Where to look:",
        [
            ("what failed", 'the lines above that begin with "Error in rule"'),
            ("the logs", f"{results}/logs/"),
            ("to go on", "start the same command again: what is done stays"),
        ],
    )


def _lines(head: str, places: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in places)
    return "\n".join(["", head, *(f"    {name:<{width}}  {place}" for name, place in places)])
