"""Which items are hardest? Those with the lowest mean score over the methods."""

import numpy as np

from saliometer.findings.items import rank_items
from saliometer.findings.numbers import decimal
from saliometer.report.chapter.part import Part
from saliometer.report.material import Material
from saliometer.report.sentences import counted
from saliometer.report.tables import Cell, HtmlTable, make_table, number_cell

ABOUT = "Items with the lowest mean {metric} over the methods."
ABOUT_CLASSES = "A class that is hard for all of them may be one that the model does not see there."
CAVEAT = "The list is of the items that were drawn; an item is hard by one metric, not in itself."
HARDEST = 10


def difficulty_part(material: Material) -> Part | None:
    """The hardest items; None where no score is defined."""
    higher_is_better = material.metrics[material.leading].higher_is_better
    ranked = rank_items(material.scores, material.real, material.leading, higher_is_better)
    if not ranked:
        return None
    low, middle, high = (
        decimal(value) for value in np.quantile([item.mean for item in ranked], [0.1, 0.5, 0.9])
    )
    return Part(
        "Which items are hardest?",
        ABOUT.format(metric=material.words.name) + ("" if material.of_table else f" {ABOUT_CLASSES}"),
        CAVEAT,
        data=f"{counted(len(ranked), 'item')} with a defined score.",
        findings=[
            f"The middle item has a mean {material.words.name} of {middle}; a tenth of them lies below "
            f"{low}, a tenth above {high}."
        ],
        tables=[hardest_table(material, ranked[::-1][:HARDEST])],
    )


def hardest_table(material: Material, hardest) -> HtmlTable:
    """List items, the hardest first, with the methods that do best and worst on them."""
    metric, labels = material.leading, material.labels
    first = material.scores[material.scores["method"].isin(material.real)].sort_values("replicate")
    first = first.drop_duplicates(["mosaic", "target", "method"]).set_index(["mosaic", "target"])
    body = []
    for place, item in enumerate(hardest, start=1):
        ordered = first.loc[[(item.mosaic, item.target)]].dropna(subset=[metric]).sort_values(metric)
        lowest, highest = (ordered.iloc[end] for end in (0, -1))
        target = Cell(material.class_names.get(item.target, str(item.target)))
        body.append(
            [
                Cell(str(place)),
                Cell(str(item.mosaic)),
                *([] if material.of_table else [target]),
                number_cell(item.mean),
                Cell(f"{labels[highest['method']]} {decimal(highest[metric])}"),
                Cell(f"{labels[lowest['method']]} {decimal(lowest[metric])}"),
            ]
        )
    name = material.words.name
    of_item = ["Item"] if material.of_table else ["Mosaic", "Asked class"]
    columns = ["Place", *of_item, f"Mean {name}", "Highest", "Lowest"]
    return make_table(f"The hardest items by mean {name} over the methods", columns, body)
