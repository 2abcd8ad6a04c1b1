"""What makes a module of this folder a figure: its FIGURE, a FigureSpec; no list names it."""

from typing import NamedTuple


class FigureSpec(NamedTuple):
    """What is known of a figure before anything is drawn.

    It is read from the text of the figure's module: literals alone, with their keywords.
    The module's ``draw(study, tables, scope, name)`` returns the figure of one scope.

    Attributes
    ----------
    group : "scores" or "reliability": whose job draws it, and from which tables
    place : the lower comes first in its group
    of_each_metric : whether there is one for each metric shown, whose name ``draw`` gets; else one of all
    of_replicates : whether it is drawn only where a saliency method has several replicates
    caption : what the page says under it, of ``{metric}`` and ``{over}`` (what intervals are over), where the
        words of the report have none for it
    """

    group: str
    place: int
    of_each_metric: bool = False
    of_replicates: bool = False
    caption: str = ""
