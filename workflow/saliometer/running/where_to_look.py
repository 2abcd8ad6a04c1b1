"""Where to look once a run has ended: what a person opens, and the commands that go on from there."""

from saliometer.products.seals import CHECK


def where_to_look(results: str, is_whole: bool) -> str:
    """Return the last lines of a run that is done.

    Parameters: ``results``, its folder; ``is_whole``, whether it made the page and all before it.
    """
    page = [("the page", f"{results}/report/index.html (open it in a browser)")]
    made = [
        ("the tables", f"{results}/tables/ (CSV to read, Parquet to compute with)"),
        ("the figures", f"{results}/figures/"),
    ]
    parts = [("what was made", f"{results}/"), ("the page", "made by a run without a target")]
    return _lines(
        "Done. Where to look:",
        [
            *([*page, *made] if is_whole else parts),
            ("the logs", f"{results}/logs/"),
            ("is all whole?", f"{CHECK} {results}"),
        ],
    )


def where_to_look_after_failure(results: str) -> str:
    """Return the last lines of a run that stopped with failed jobs."""
    return _lines(
        "Not done. Where to look:",
        [
            ("what failed", "the lines above that begin with Error in rule"),
            ("the logs", f"{results}/logs/"),
            ("to go on", "start the same command again: what is done stays"),
        ],
    )


def _lines(head: str, places: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in places)
    return "\n".join(["", head, *(f"    {name:<{width}}  {place}" for name, place in places)])
