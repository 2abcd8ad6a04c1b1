"""Published worked examples to all printed digits, of coefficients whose own tests have none."""

import numpy as np
import pytest
from scipy.special import stdtrit

from reliability_helpers import pair
from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.cliffs_delta import difference_from_control, paired_cliffs_delta
from saliometer.reliability.clustering.intervals import jackknife
from saliometer.reliability.generalizability_interval import feldt_interval
from saliometer.reliability.inter_method import mean_correlation, spearman_matrix
from saliometer.reliability.internal_consistency import internal_consistency
from saliometer.reliability.intraclass import intraclass_correlations
from saliometer.reliability.rank_sets import rank_sets
from saliometer.reliability.rows.adjusted import holm
from saliometer.reliability.sample import Sample
from saliometer.reliability.test_retest import retest_reliability

# Student, "The probable error of a mean" (Biometrika 6, 1908): hours of sleep gained by ten patients with two
# drugs; the data set `sleep` of R.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# Efron, The Jackknife, the Bootstrap and Other Resampling Plans (1982): mean LSAT score and grade-point
# average of the entering classes of fifteen law schools; the data set `law` of R's package bootstrap.
LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
GPA = [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
# Siegel, Nonparametric Statistics (1956), chapter 9: ranks of twelve students on authoritarianism and on
# social status strivings, the sum of d^2 is 52; and the rankings of six applicants by three executives.
AUTHORITARIANISM = [2, 6, 5, 1, 10, 9, 8, 3, 4, 12, 7, 11]
STRIVINGS = [3, 4, 2, 1, 8, 11, 10, 6, 7, 12, 5, 9]
APPLICANTS = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]])
# Ruscio & Mullen (Multivariate Behavioral Research 47, 2012), p. 202, and Efron & Tibshirani, An Introduction
# to the Bootstrap (1993), table 2.1; both printed in the documentation of `dmes` of R's package orddom.
TREATED = [6, 7, 8, 7, 9, 6, 5, 4, 7, 8, 7, 6, 9, 5, 4]
UNTREATED = [4, 3, 5, 3, 6, 2, 2, 1, 6, 7, 4, 3, 2, 4, 3]
TREATED_MICE, MICE = [94, 197, 16, 38, 99, 141, 23], [52, 104, 146, 10, 50, 31, 40, 27, 46]
# Long, Feng & Cliff, "Ordinal analysis of behavioral data" (Handbook of Psychology 2, 2003), table 4: words
# recalled by twenty students after incidental and intentional learning.
INCIDENTAL = [2, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 15, 16]
INTENTIONAL = [4, 11, 8, 9, 10, 11, 11, 5, 14, 12, 13, 10, 14, 16, 14, 13, 15, 15, 16, 10]
# Shrout & Fleiss (1979), table 2: 6 targets, 4 judges; limits from R, `psych::ICC`.
TARGETS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
# Bland & Altman, "Measurement error" (BMJ 313, 1996), table 1: peak flow of 20 schoolchildren, l/min.
PEAK_FLOW = """
    190 220 200 200  220 200 240 230  260 260 240 280  210 300 280 265  270 265 280 270
    280 280 270 275  260 280 280 300  275 275 275 305  280 290 300 290  320 290 300 290
    300 300 310 300  270 250 330 370  320 330 330 330  335 320 335 375  350 320 340 365
    360 320 350 345  330 340 380 390  335 385 360 370  400 420 425 420  430 460 480 470
"""
# Darwin's maize, crossed less self-fertilized, eighths of an inch; Fisher, The Design of Experiments (1935).
MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]


def all_pairs(first, second):
    return np.array(np.meshgrid(first, second)).reshape(2, -1).astype(float)


def test_a_paired_difference_of_clusters_of_one_is_students_test():
    """R's t.test prints t = -4.0621, df = 9, p-value = 0.002833, and -2.4598858 -0.7001142, mean -1.58."""
    interval = difference_from_control(pair(DRUG_1, DRUG_2, np.arange(10)), 0.95)
    assert [f"{value:.7f}" for value in (interval.low, interval.high)] == ["-2.4598858", "-0.7001142"]
    assert (f"{interval.estimate:.2f}", f"{interval.p:.6f}") == ("-1.58", "0.002833")
    assert interval.n_clusters - 1 == 9
    error = (interval.high - interval.estimate) / stdtrit(9, 0.975)
    assert f"{interval.estimate / error:.4f}" == "-4.0621"


def test_the_jackknife_of_the_law_schools():
    """The correlation is printed as .776; R's bootstrap::jackknife gives the standard error 0.1425186."""
    without = [np.corrcoef(np.delete(LSAT, i), np.delete(GPA, i))[0, 1] for i in range(15)]
    interval = jackknife(np.corrcoef(LSAT, GPA)[0, 1], without, 0.95)
    error = (interval.high - interval.estimate) / stdtrit(14, 0.975)
    assert (f"{interval.estimate:.3f}", f"{error:.7f}") == ("0.776", "0.1425186")


def test_rho_of_two_methods_or_metrics():
    """Siegel: 1 - 6 (52) / (12^3 - 12) = .82."""
    scores = np.column_stack([AUTHORITARIANISM, STRIVINGS])
    assert (np.diff(scores) ** 2).sum() == 52
    assert f"{spearman_matrix(scores)[0, 1]:.2f}" == "0.82"
    assert spearman_matrix(scores)[0, 1] == pytest.approx(1 - 6 * 52 / (12**3 - 12), abs=1e-15)
    assert f"{internal_consistency(Sample(scores, np.arange(12)), 0.95)[0, 1].estimate:.2f}" == "0.82"


def test_mean_rho_of_three_rankings():
    """Siegel: .31, -.54 and -.54, on average -.26, which is (3 W - 1) / 2 with W = .16."""
    rho = spearman_matrix(APPLICANTS.T)[np.triu_indices(3, 1)]
    assert sorted(f"{value:.2f}" for value in rho) == ["-0.54", "-0.54", "0.31"]
    assert f"{mean_correlation(spearman_matrix(APPLICANTS.T)):.2f}" == "-0.26"
    between = agreement_by_cluster(Sample(APPLICANTS, np.arange(3)), 0.95).between.estimate
    assert f"{between:.2f}" == "-0.26"


@pytest.mark.parametrize(
    ("treated", "control", "delta"),
    [(TREATED, UNTREATED, "0.7688889"), (TREATED_MICE, MICE, "0.1428571")],
)
def test_cliffs_delta_of_two_samples(treated, control, delta):
    """orddom prints `dc`, over all pairs of one and the other."""
    pairs = all_pairs(treated, control)
    interval = paired_cliffs_delta(pair(*pairs, np.arange(pairs.shape[1])), 0.95)
    assert f"{interval.estimate:.7f}" == delta


def test_cliffs_delta_within_and_between():
    """orddom prints dw = 1 of the fifteen pairs as they stand, and db = 0.752381 of all others."""
    within = paired_cliffs_delta(pair(TREATED, UNTREATED, np.arange(15)), 0.95)
    assert within.estimate == 1
    others = all_pairs(TREATED, UNTREATED)[:, ~np.eye(15, dtype=bool).ravel()]
    assert f"{paired_cliffs_delta(pair(*others, np.arange(210)), 0.95).estimate:.6f}" == "0.752381"


def test_the_variance_of_a_paired_delta():
    """Of 20 students 17 recall more, 2 less; s^2 = sum (d_i - d)^2 / (n (n - 1)), as orddom has it."""
    delta = paired_cliffs_delta(pair(INTENTIONAL, INCIDENTAL, np.arange(20)), 0.95)
    assert delta.estimate == 15 / 20
    variance = (17 * 0.25**2 + 2 * 1.75**2 + 0.75**2) / (20 * 19)
    assert delta.estimate - delta.low == pytest.approx(stdtrit(19, 0.975) * np.sqrt(variance), rel=1e-12)


def test_limits_of_all_intraclass_correlations():
    """R's psych::ICC prints ICC1, ICC1k, ICC2, ICC2k, ICC3 and ICC3k to three digits below, two above."""
    intervals = intraclass_correlations(TARGETS, 0.95).values()
    low = [f"{one.low:.3f}" for one in intervals]
    assert low == ["-0.133", "-0.884", "0.019", "0.071", "0.342", "0.676"]
    assert [f"{one.high:.2f}" for one in intervals] == ["0.72", "0.91", "0.76", "0.93", "0.95", "0.99"]


def test_feldts_limits():
    """psych::ICC's ICC3k, which is alpha: judges are the clusters, targets the methods; p is .00013."""
    g = feldt_interval(Sample(TARGETS.T, np.arange(4)), 0.95)
    printed = f"{g.estimate:.2f}", f"{g.low:.3f}", f"{g.high:.2f}", f"{g.p:.5f}"
    assert printed == ("0.91", "0.676", "0.99", "0.00013")


def test_measurement_error_and_the_detectable_difference():
    """Residual mean square 460.52, within-subject deviation 21.5, repeatability 60 of single readings."""
    readings = np.array(PEAK_FLOW.split(), dtype=float).reshape(20, 4)
    assert (round(readings[3].mean(), 2), round(readings[3].std(ddof=1), 2)) == (263.75, 38.60)
    retest = retest_reliability(Sample(readings, np.arange(20)), 0.95)
    assert (f"{retest.error.estimate**2:.2f}", f"{retest.error.estimate:.1f}") == ("460.52", "21.5")
    of_one_reading = retest.detectable_difference.estimate * np.sqrt(80)
    assert of_one_reading / retest.error.estimate == pytest.approx(2.77, abs=0.005)
    assert round(2.77 * round(retest.error.estimate, 1)) == 60 == round(of_one_reading, -1)


def test_holms_adjustment_with_an_undefined_p():
    """The documentation of pingouin's multicomp prints these."""
    adjusted = holm([0.50, 0.003, np.nan, 0.054, 0.0003])
    assert [f"{value:.4g}" for value in adjusted] == ["0.5", "0.009", "nan", "0.108", "0.0012"]


def test_all_signs_of_darwins_maize():
    """Fisher: the differences add up to 314 or more in 863 of 32,768 ways, to -314 or less in 863: 5.267 %.

    The mean rank of two methods differs by d / 75 in a cluster of 75 items of which |d| are not tied.
    """
    clusters = np.repeat(np.arange(15), 75)
    first = np.concatenate([np.sign(d) * (np.arange(75) < abs(d)) for d in MAIZE])
    assert sum(MAIZE) == 314
    sets = rank_sets(Sample(np.column_stack([first, 0 * first]), clusters), 0.95, seed=0, n_draws=2**14)
    assert sets.p[0, 1] == 2 * 863 / 32768
    assert f"{100 * sets.p[0, 1]:.3f}" == "5.267"
    assert (sets.low.tolist(), sets.high.tolist()) == ([1, 1], [2, 2])
    surer = rank_sets(Sample(np.column_stack([first, 0 * first]), clusters), 0.94, seed=0, n_draws=2**14)
    assert (surer.low.tolist(), surer.high.tolist()) == ([1, 2], [1, 2])
