"""What the terms of the report mean, for readers who have not met them."""

TITLE = "Saliometer report: {run}"

HEADING = "Which saliency maps find what they are asked for?"

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

METHODS = (
    "Each method explains how strongly the network responds to one asked class. Signed maps have positive "
    "and negative relevance, positive-only maps cannot speak against a class. Controls know nothing of the "
    "class: a method that scores no higher than they do has not shown that it does."
)
AXIOMS = (
    "Some methods promise what a map must add up to. The residual of a map is how far its sum is from that, "
    "relative to it. A method that breaks its own axiom on a model keeps less than its name promises, "
    "whatever it scores: read why before you trust its maps. Maps with undefined values are refused, so "
    "there are none."
)
KEPT = "No method breaks its own axiom on {model}."
CHAPTER = (
    "Are these scores fit to compare methods? Each part says what it asks, what was measured on what, the "
    "estimates with their intervals, and what does not follow from them."
)
METHODS_PARAGRAPH = "A paragraph on methods that is ready to paste: what this run did, no more."
LEADING = (
    "{is_what} A map that knows nothing of the class reaches the share of such tiles on average, which is "
    "called chance here. A method is above chance when the whole {confidence} interval over the {over} is "
    "above that, and its difference from every control is above 0, also after Holm's adjustment."
)
ANCHORS = (
    "Each method can also be held against itself on the same items: against its own maps made blind, "
    "negative anchors at its own resolution, and, where the study has it, against its ceiling. Cliff's delta "
    "is the share of items on which the method scores higher, less the share on which it scores lower. "
    "The verdicts above rest on chance and the controls alone."
)
ANCHORS_CAPTION = "{metric}: each method and its anchors"
CHANCE = "Chance is {chance}."
PANELS = (
    "Items are ordered by their mean {metric} over the saliency methods; shown are the first, the middle "
    "and the last three. The tile that shows the asked class is outlined. Colours are relative to each map: "
    "full at percentile {saturation} of its absolute relevance."
)
UNDEFINED = "Undefined scores are left out and counted, never taken as 0."

VIOLINS_CAPTION = "{metric}: distribution over items, mean with its interval, and median; controls in grey."
SPEARMAN_CAPTION = "{metric}: do two methods find the same items easy?"
PANELS_CAPTION = "The {choice} item: {target}, mean {metric} {mean} over the saliency methods."
PANELS_EMPTY = "The {choice} item: none has a defined {metric}."
