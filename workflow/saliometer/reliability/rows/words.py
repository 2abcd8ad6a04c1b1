"""The one place where the codes of rows become English: in the table by name, on the page by label."""

from collections.abc import Iterable, Mapping, Sequence

from saliometer.reliability.codes import Code, Note

# A text that begins with a comma goes on with the sentence before it; all others are set off by a semicolon.
TEXTS = {
    Code.UNDECIDED: "undecided",
    Code.ITEMS_AGREE: "single items agree more than by chance",
    Code.ALIKE: "order items alike",
    Code.OPPOSITE: "order items oppositely",
    Code.ORDERS_ALL: "orders all of these methods",
    Code.SEPARATES_SOME: "separates some of these methods",
    Code.A_BETTER: "{better} scores better",
    Code.B_BETTER: "{better} scores better",
    Code.A_BARELY_BETTER: "{better} scores better, by less than {smallest:.3g}",
    Code.B_BARELY_BETTER: "{better} scores better, by less than {smallest:.3g}",
    Code.ABOVE: "above {anchor}",
    Code.BELOW: "below {anchor}",
    Code.BARELY_ABOVE: "above {anchor}, by less than {smallest:.3g}",
    Code.BARELY_BELOW: "below {anchor}, by less than {smallest:.3g}",
    Code.NOT_AFTER_HOLM: "{verdict}, but not after Holm's adjustment for {n} tests",
    Code.NOT_WHERE_UNDEFINED: "{verdict}, but not where undefined scores count as the worst",
    Code.LEFT_OUT: "left out: {groups}",
    Code.POSITIVE_ONLY: "not applicable: positive-only",
    Code.NEVER_DEFINED: "undefined on every item",
    Code.NO_SIGNS: "not applicable: positive-only, it has no signs to shuffle",
    Code.FEW_METHODS: "fewer than three comparable methods ({n})",
    Code.FEW_COMPLETE_ITEMS: "fewer than two items on which all methods are defined",
    Code.FEW_ITEMS_IN_EVERY_FORM: "fewer than two items defined in every form",
    Code.ALIAS: "alias of {metric}: not counted again",
    Code.TIED_ON_EVERY_ITEM: "the methods are tied on every item",
    Code.NO_PAIR_BETWEEN: "no two items of different clusters",
    Code.NO_PAIR_WITHIN: "no two items of one cluster",
    Code.NO_AGREEMENT: "items of different clusters do not agree, so no number of them would do",
    Code.CONSTANT_METHOD: "a method's scores are the same on every item",
    Code.CONSTANT_METRIC: "a metric is the same on every item",
    Code.CONSTANT_BETWEEN: "a method's cluster means are all the same",
    Code.CONSTANT_WITHIN: "a method's scores are the same within all clusters",
    Code.CONSTANT_SCORES: "the scores never differ",
    Code.NO_VARIANCE: "the scores do not vary",
    Code.ONE_CLUSTER: "one cluster only",
    Code.ONE_ITEM_IN_EACH: "one item in each cluster",
    Code.ITEM_HOLDS_MORE: "one item in each cluster: it holds what belongs to the item, too",
    Code.METHOD_CLASS_HOLDS_MORE: "one item in each cluster: method_class holds it, too",
    Code.EQUAL_MEANS: "the methods' means are equal, or differ by less than their error",
    Code.EQUAL_MEANS_OVER_FORMS: "the methods have equal means",
    Code.NO_COMPONENT: "no component of variance is above 0",
    Code.NOT_SEPARABLE: "not told apart from another component in this design",
    Code.NOISE_NOT_MEASURED: "not measured: a stochastic method has no item with two replicates",
    Code.ONE_REPLICATE: "not measured: one replicate",
    # Whether a method draws numbers can't be seen from one replicate of its scores.
    Code.ONE_REPLICATE_OF_A_TABLE: "not measured: one replicate",
    Code.DRAWS_NOTHING: "not measured: the method draws nothing",
    Code.FEW_REPEATED_ITEMS: "fewer than two items that are defined every time",
    Code.NO_ITEM_IN_BOTH: "no item that is defined in both",
    Code.FEW_PAIRS: "fewer than two pairs",
    Code.NO_SHARED_ITEM: "never defined on the same item",
    Code.OR_ALWAYS_TIED: ", or always tied",
    Code.FEW_SETTINGS_METHODS: "fewer than two methods defined in all of them, or all tied",
    Code.NOT_RESAMPLED: "not resampled: {why}",
    Code.NO_INTERVAL: "no interval: {why}",
    Code.UNDEFINED_WITHOUT_ONE: "undefined without one of the clusters",
    Code.FEW_CLUSTERS: "fewer than three clusters",
    Code.TIED_IN_EVERY_CLUSTER: "all methods are tied in every cluster, but for rounding",
    Code.PAIR_TIED: "the two are tied in every cluster",
    Code.TOO_FEW_TO_BOUND: "too few clusters to bound it",
    Code.NO_P: "no p: {why}",
    Code.ONE_CLUSTER_SWAPPED: "fewer than two clusters: swapping their labels changes nothing",
    Code.METRICS_NOT_FREE: "metrics that are functions of each other, or may be, agree for that reason",
    Code.TOO_MANY_SHARED: "too many items share images to tell how much they vary",
    Code.OR_TOO_MANY_SHARED: ", or too many items share images to tell how much they vary",
    Code.OR_NOT_COUNTED: ", or no {what}: too many items share images to tell how much they vary",
    Code.PERMUTED: "p by {n:,} drawn permutations of the methods' labels within clusters",
    Code.ENUMERATED: "p by {n:,} enumerated permutations of the methods' labels within clusters",
    Code.FOR_SHARED: ", the statistic divided by the design effect of shared images",
    Code.FOR_UNDEFINED: ", undefined scores with the ranks that speak most for chance",
    Code.TIED_ITEMS_LEFT_OUT: "{n} item(s) that tie all methods left out",
    Code.SHARE_OF_RESAMPLES: "share of {n:,} resamples of whole clusters in which its mean is the best",
    Code.SHARED_NOT_COUNTED: "images that clusters share are not counted",
    Code.CONDITIONAL_ON_CLASSES: "conditional on these classes",
    Code.MEANS_OVER_FORMS: "of means over {n} forms; over one form {g_of_one:.3f}",
    Code.FREE_METRICS: "of {metrics}: the other metrics are functions of these or bound to them",
    Code.NULL_COUNTED: "null counted: mean {mean:.3f}, sd {sd:.3f}",
    Code.NULL_DRAWN: "null drawn: mean {mean:.3f}, sd {sd:.3f}",
    Code.ATTAINABLE: "attainable {alphas}",
    Code.G_HAS: "G has {why}",
    Code.G_REACHES_BELOW: "the interval of G reaches below {enough:.2f}",
    Code.CLUSTERS_WOULD_DO: ", which {needed:,.0f} clusters of as many items, in place of {n:,}, would "
    "change if its components are as estimated",
    Code.NO_CLUSTERS_WOULD_DO: ", and no number of clusters would change that",
    Code.BY_CHANCE: "methods differ by chance with p {p:.3g} after Holm",
    Code.CHANCE_NOT_TESTED: "whether methods differ by chance could not be tested",
    Code.NO_PAIR_SEPARATED: "no two methods are separated",
    Code.NO_DIFFERENCE_MATTERS: "every pair that is told apart differs by less than what matters",
    Code.NO_DIFFERENCE_BEYOND_SEEDS: "no separated pair differs by more than the least that seeds could hide",
    Code.TWO_REPLICATES_WOULD_DO: "replicates: 2 would measure what seeds do",
    Code.P_AFTER_HOLM: "p {p:.3g} after Holm",
    Code.PAIRS_NOT_COUNTED: "{n} pairs not counted, as the noise of their methods was not measured",
    Code.PAIRS_SEPARATED: "{n} of {of} pairs separated: {pairs}",
}
GOING_ON = {code for code, text in TEXTS.items() if text.startswith(", ")}
PAIRS_IN_SHORT = "{n} of {of} pairs separated"  # where the pairs themselves stand beside it
OF_METHODS = {"better", "anchor"}  # arguments that name a method


def text_of(notes: Iterable[Note], labels: Mapping[str, str] | None = None, pairs: bool = True) -> str:
    """Return notes as one text, "" for none.

    Parameters: ``labels``, by name, of methods; without one a method is called by its name. ``pairs``:
    whether separated pairs are named, or only counted.
    """
    text = ""
    for one in notes:
        words = _words(one, labels or {}, pairs)
        text += words if not text or one.code in GOING_ON else f"; {words}"
    return text


def _words(one: Note, labels: Mapping[str, str], pairs: bool) -> str:
    shown = {key: _shown(key, value, labels, pairs) for key, value in one.arguments.items()}
    in_short = one.code == Code.PAIRS_SEPARATED and not pairs
    return (PAIRS_IN_SHORT if in_short else TEXTS[one.code]).format(**shown)


def _shown(key: str, value, labels: Mapping[str, str], pairs: bool):
    """Return an argument as its text shows it."""
    if isinstance(value, Note):
        return _words(value, labels, pairs)
    if key in OF_METHODS:
        return labels.get(value, value)
    if key == "groups":
        return "; ".join(f"{_listed(names, labels)} ({TEXTS[code]})" for code, names in value)
    if key == "pairs":
        return "; ".join(f"{labels.get(name, name)} over {_listed(worse, labels)}" for name, worse in value)
    if key == "metrics":
        return ", ".join(value)
    if key == "alphas":
        return ", ".join(f"{alpha:.3f} (P {p:.3g})" for alpha, p in value)
    return text_of(value, labels, pairs) if key == "why" else value


def _listed(names: Sequence[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(name, name) for name in names)
