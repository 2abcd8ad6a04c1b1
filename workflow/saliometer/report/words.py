"""Words of the page that belong to no section."""

TITLE = "Saliometer report: {run}"
HEADING = "Which saliency maps find what they are asked for?"
HEADING_OF_TABLE = "How reliable are these scores?"
SECTIONS = {
    "data": "Data",
    "models": "Models",
    "methods": "Methods",
    "axioms": "Axioms",
    "scores": "Scores",
    "reliability": "Reliability",
    "conclusions": "What may be concluded",
    "cost": "Cost",
    "computed": "How it was computed",
}
CHAPTER = (
    "Are these scores fit to compare methods? Each part says what it asks, what was measured on what, the "
    "estimates with their intervals, and what does not follow from them."
)
METHODS_PARAGRAPH = "A paragraph on methods that is ready to paste: what this run did, no more."
PANELS = (
    "Items are ordered by their mean {metric} over the saliency methods; shown are the first, the middle "
    "and the last three. The tile that shows the asked class is outlined. Colours are relative to each map: "
    "full at percentile {saturation} of its absolute relevance."
)
