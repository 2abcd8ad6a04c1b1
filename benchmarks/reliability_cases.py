"""The coefficients of the study, each as one call on made-up scores, beside other packages on the same data.

``python -m benchmarks.reliability_cases CASE KIND ITEMS METHODS CLUSTERS`` measures one in its own process.
"""

import argparse
import importlib.util
import json
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from benchmarks.reliability_peers import (
    DESIGN,
    krippendorff_alpha,
    means_of,
    of_pingouin,
)
from scipy import stats

from saliometer.reliability import (
    between_clusters,
    cliffs_delta,
    cluster_permutation,
    concordance,
    generalizability,
    generalizability_forms,
    generalizability_interval,
    inter_method,
    inter_method_by_cluster,
    inter_rater,
    internal_consistency,
    intraclass,
    rank_sets,
    selection,
)
from saliometer.reliability.clustering import intervals
from saliometer.reliability.sample import Sample

STATUS = Path("/proc/self/status")  # on Linux
KILOBYTES = 1 if sys.platform == "darwin" else 1024  # in which getrusage tells the largest resident set
LEVEL = 0.95
RESAMPLES = 1000
OURS, FLOOR, SUMS, RANKS, SORTED = "ours", "floor", "sums", "ranks", "sorted"
Data = tuple[np.ndarray, np.ndarray]


class Case(NamedTuple):
    """A coefficient: our call, what of it can't be done without, and the calls of others by package.

    ``floor``: one pass over the scores (sums), ranking within items (ranks), or sorting every method's scores
    (sorted). ``of_ranks``: whether it is of rank correlations, which have five minutes and not one.
    ``of_metrics``: whether columns are metrics, method by method, and not methods, metric by metric.
    """

    ours: Callable[[Data], object]
    floor: str
    peers: Mapping[str, Callable[[Data], object]] = MappingProxyType({})
    of_ranks: bool = False
    of_metrics: bool = False


def make_data(items: int, methods: int, clusters: int) -> Data:
    """Draw scores (items, methods) with effects of methods, items and method x cluster; and the clusters."""
    rng = np.random.default_rng(0)
    labels = np.arange(items) % clusters
    scores = rng.normal(size=(items, 1)) + 0.5 * rng.normal(size=(clusters, methods))[labels]
    return scores + rng.normal(size=(items, methods)) + 0.1 * np.arange(methods), labels


CASES = {
    "Krippendorff's alpha": Case(
        lambda data: inter_rater.inter_rater_alpha(data[0]), RANKS, {"krippendorff": krippendorff_alpha}
    ),
    "alpha, jackknife over clusters": Case(
        lambda data: inter_rater.alpha_with_interval(Sample(*data), LEVEL), RANKS
    ),
    "mean rho between and within clusters": Case(
        lambda data: between_clusters.agreement_by_cluster(Sample(*data), LEVEL), RANKS
    ),
    "mean rho between clusters, resampled": Case(lambda data: _resampled_between(*data), RANKS),
    "Kendall's W": Case(
        lambda data: concordance.kendalls_w(data[0]),
        RANKS,
        {
            "scipy": lambda data: stats.friedmanchisquare(*data[0].T),
            "pingouin": lambda data: of_pingouin("friedman", data[0], **DESIGN),
        },
    ),
    "9,999 permutations within clusters": Case(
        lambda data: cluster_permutation.permutation_test(Sample(*data), 0), RANKS
    ),
    "variance components, G and Phi": Case(
        lambda data: generalizability.variance_components(Sample(*data)), SUMS
    ),
    "G, Feldt's interval": Case(
        lambda data: generalizability_interval.feldt_interval(Sample(*data), LEVEL), SUMS
    ),
    "variance components over two forms": Case(
        lambda data: generalizability_forms.crossed_forms(np.dstack([data[0], data[0][::-1]]), data[1]), SUMS
    ),
    "G, jackknife over clusters": Case(
        lambda data: generalizability_interval.jackknife_interval(Sample(*data), LEVEL), SUMS
    ),
    "all intraclass correlations": Case(
        lambda data: intraclass.intraclass_correlations(data[0], LEVEL),
        SUMS,
        {
            "pingouin": lambda data: of_pingouin(
                "intraclass_corr", data[0], targets="row", raters="column", ratings="score"
            )
        },
    ),
    "difference of two methods, cluster-t": Case(
        lambda data: intervals.cluster_t(data[0][:, 0] - data[0][:, 1], data[1], LEVEL),
        SUMS,
        {"scipy": lambda data: stats.ttest_1samp(means_of((data[0][:, :2], data[1])) @ [1, -1], 0)},
    ),
    "paired Cliff's delta": Case(
        lambda data: cliffs_delta.paired_cliffs_delta(Sample(data[0][:, :2], data[1]), LEVEL), SUMS
    ),
    "rank confidence sets": Case(lambda data: rank_sets.rank_sets(Sample(*data), LEVEL, 0), RANKS),
    "selection frequency, 1,000 resamples": Case(
        lambda data: selection.selection_frequency(Sample(*data), RESAMPLES, 0), SUMS
    ),
    "Spearman's rho of all pairs": Case(
        lambda data: inter_method.spearman_matrix(data[0]),
        SORTED,
        {"scipy": lambda data: stats.spearmanr(data[0])},
        of_ranks=True,
    ),
    "rho of all pairs, jackknife over clusters": Case(
        lambda data: inter_method.spearman_with_intervals(Sample(*data), LEVEL), SORTED, of_ranks=True
    ),
    "rho between and within clusters, jackknife": Case(
        lambda data: inter_method_by_cluster.spearman_by_cluster(Sample(*data), LEVEL), SORTED, of_ranks=True
    ),
    "rho of all metrics of a method, jackknife": Case(
        lambda data: internal_consistency.internal_consistency(Sample(*data), LEVEL),
        SORTED,
        of_ranks=True,
        of_metrics=True,
    ),
}
FLOORS = {
    SUMS: lambda data: np.add.reduceat(data[0], np.arange(0, len(data[0]), 50)),
    RANKS: lambda data: stats.rankdata(data[0], axis=1),
    SORTED: lambda data: np.sort(data[0], axis=0),
}


def call_of(case: str, kind: str) -> Callable[[Data], object] | None:
    """Return the call of a case: ours, its floor, or a package's; None where that is not installed."""
    if kind == OURS:
        return CASES[case].ours
    if kind == FLOOR:
        return FLOORS[CASES[case].floor]
    return CASES[case].peers[kind] if importlib.util.find_spec(kind) else None


def main() -> None:
    """Do the call once, and print its seconds and by how many bytes the peak of memory rose."""
    parser = argparse.ArgumentParser(description="Measure one coefficient in this process.")
    for name in ("case", "kind", "items", "methods", "clusters"):
        parser.add_argument(name)
    given = parser.parse_args()
    call = call_of(given.case, given.kind)
    if call is None:
        print(json.dumps(None))
        return
    call(make_data(60, int(given.methods), 6))  # what a first call sets up is not counted
    data = make_data(int(given.items), int(given.methods), int(given.clusters))
    before, wall, cpu = _peak(), perf_counter(), process_time()
    call(data)
    found = {"wall": perf_counter() - wall, "cpu": process_time() - cpu, "bytes": _peak() - before}
    print(json.dumps(found))


def _resampled_between(scores: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    found = between_clusters.rank_sums(Sample(scores, clusters))
    n = len(found.counts)
    weights = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), RESAMPLES)
    return between_clusters.resampled_between(found.sums, found.counts, weights)


def _peak() -> int:
    if STATUS.exists():
        # Not getrusage, whose peak may be that of the process that started this one.
        return next(1024 * int(line.split()[1]) for line in STATUS.open() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTES


if __name__ == "__main__":
    main()
