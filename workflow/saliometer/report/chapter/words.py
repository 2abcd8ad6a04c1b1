"""Questions, meanings and caveats of the chapter on reliability."""

QUESTIONS = {
    "ranking": "May the methods be ranked by these means?",
    "places": "Which methods are told apart?",
    "agreement": "Do single items agree on the ranking?",
    "anchors": "Do methods score beyond anchors whose result is known?",
    "retest": "Would the same come out again?",
    "easy": "Do methods find the same items easy?",
    "metrics": "Do metrics agree?",
    "difficulty": "Which items are hardest?",
    "recognised": "Does it depend on what the model recognises?",
}
GENERALIZABILITY = (
    "The study reports means over many items. The generalizability coefficient G tells how far the "
    "differences between those means would be the same on other {units}: 1 when they would, "
    "0 when they are chance. A metric orders or separates methods when the whole interval of G is at "
    "least 0.80, the methods differ by more than chance (p below .05 after Holm's adjustment for the "
    "metrics), and pairs are told apart by a difference that matters and is beyond their own sampling noise. "
    "One method unlike all others makes G high, too: the metric then separates it and decides nothing among "
    "the rest."
)
CONDITIONAL = "All of it is conditional on the {methods} compared, and says nothing of others."
PLACES = (
    "Places that each method may hold by its mean: with the given confidence all of these sets hold the "
    "true places at once. Two methods are told apart when the interval of the difference of their means, "
    "which holds for all pairs at once, excludes 0, and still does where undefined scores count as the "
    "worst. Resamples draw whole {over}, and count how often a method has the best mean."
)
PLACES_CAVEAT = (
    "Methods that are not told apart are not shown to be equal: more {over} might part them. Differences are "
    "in the metric's own unit."
)
AGREEMENT = (
    "Each item ranks the methods. Krippendorff's alpha tells how far single items agree on that ranking: 1 "
    "when all rank alike, 0 when they agree as chance would have it. The mean of Spearman's rho between "
    "{over} leaves out what items of one of them share."
)
AGREEMENT_CAVEAT = (
    "Krippendorff's benchmarks of .667 and .800 are about the agreement of {singles}. They do not "
    "judge the mean over all of them, and drive no verdict here."
)
ANCHORS = (
    "Controls are scored on the same items as the methods. Paired Cliff's delta is the share of items on "
    "which the method scores higher, less that on which the control does: 1 always higher, 0 as often as "
    "not, \N{MINUS SIGN}1 never. Whether a method lies above a control is decided by the difference of their "
    "means."
)
ANCHORS_CAVEAT = (
    "To score beyond a control is necessary, not sufficient: a method may do so and explain little. Verdicts "
    "are adjusted for the number of tests (Holm), intervals stand alone."
)
RETEST = (
    "Methods that draw numbers score otherwise with other seeds. Replicates of the same items tell how "
    "much of a score that is; where there is one replicate it was not measured."
)
RETEST_CAVEAT = (
    "F intervals of ICC take items as independent. That a method draws nothing makes it repeatable, not "
    "right."
)
EASY = (
    "Spearman's rho between two methods tells whether they find the same items easy. High values mean that "
    "easiness belongs to the item, low ones that it depends on the method."
)
EASY_CAVEAT = "Methods that share much of their code may agree for that reason alone."
METRICS = (
    "Internal consistency as Tomsett and others have it: Spearman's rho between two metrics over the maps of "
    "one method. Across metrics: do the metrics rank the methods alike by their means?"
)
METRICS_CAVEAT = (
    "Metrics that are functions of each other are not counted again: an alias has no pair, and across "
    "metrics share on target, sensitivity and specificity stand for all that are made of them. Where it is "
    "not known, as of the metrics of a table, there is no p. Rankings of few methods by few metrics leave "
    "few values that alpha can reach: read its p, not its size."
)
DIFFICULTY = (
    "Items with the lowest mean {metric} over the methods: a class that is hard for all of them may be one "
    "that the model does not see there."
)
DIFFICULTY_CAVEAT = "The list is of the items that were drawn; an item is hard by one metric, not in itself."
RECOGNISED = (
    "Every coefficient is computed again on the mosaics of which the model recognises every tile alone."
)
RECOGNISED_CAVEAT = (
    "There are fewer of them, so that their intervals are wider; they were not drawn at random."
)

CAPTIONS = {
    "agreement": "Agreement of single items on the ranking of the methods, against that of chance rankings.",
    "components": "What makes scores differ: shares of the variance of one score. Blue parts bear on "
    "the order.",
    "decision": "{metric}: G with other numbers of {over} and of items to each, and Phi.",
    "ranks": "{metric}: places that each method may hold, all at once.",
    "anchors": "{metric}: how far each method scores beyond every control.",
    "replicates": "{metric}: differences of two replicates of the same item against their mean.",
}
