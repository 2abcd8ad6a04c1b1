"""Published worked examples of what intervals and rank correlations are made of, to all printed digits."""

import numpy as np
import pytest
from scipy.special import stdtrit

from saliometer.reliability.between_clusters import agreement_by_cluster
from saliometer.reliability.control import difference_from_control
from saliometer.reliability.inter_method import mean_correlation, spearman_matrix
from saliometer.reliability.internal_consistency import internal_consistency
from saliometer.reliability.intervals import jackknife

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


def test_a_paired_difference_of_clusters_of_one_is_students_test():
    """R's t.test prints t = -4.0621, df = 9, p-value = 0.002833, and -2.4598858 -0.7001142, mean -1.58."""
    found = difference_from_control(DRUG_1, DRUG_2, np.arange(10), 0.95)
    assert [f"{value:.7f}" for value in (found.low, found.high)] == ["-2.4598858", "-0.7001142"]
    assert (f"{found.estimate:.2f}", f"{found.p:.6f}") == ("-1.58", "0.002833")
    assert found.n_clusters - 1 == 9
    error = (found.high - found.estimate) / stdtrit(9, 0.975)
    assert f"{found.estimate / error:.4f}" == "-4.0621"


def test_the_jackknife_of_the_law_schools():
    """The correlation is printed as .776; R's bootstrap::jackknife gives the standard error 0.1425186."""
    without = [np.corrcoef(np.delete(LSAT, i), np.delete(GPA, i))[0, 1] for i in range(15)]
    found = jackknife(np.corrcoef(LSAT, GPA)[0, 1], without, 0.95)
    error = (found.high - found.estimate) / stdtrit(14, 0.975)
    assert (f"{found.estimate:.3f}", f"{error:.7f}") == ("0.776", "0.1425186")


def test_rho_of_two_methods_or_metrics():
    """Siegel: 1 - 6 (52) / (12^3 - 12) = .82."""
    scores = np.column_stack([AUTHORITARIANISM, STRIVINGS])
    assert (np.diff(scores) ** 2).sum() == 52
    assert f"{spearman_matrix(scores)[0, 1]:.2f}" == "0.82"
    assert spearman_matrix(scores)[0, 1] == pytest.approx(1 - 6 * 52 / (12**3 - 12), abs=1e-15)
    assert f"{internal_consistency(scores, np.arange(12), 0.95)[0, 1].estimate:.2f}" == "0.82"


def test_mean_rho_of_three_rankings():
    """Siegel: .31, -.54 and -.54, on average -.26, which is (3 W - 1) / 2 with W = .16."""
    rho = spearman_matrix(APPLICANTS.T)[np.triu_indices(3, 1)]
    assert sorted(f"{value:.2f}" for value in rho) == ["-0.54", "-0.54", "0.31"]
    assert f"{mean_correlation(spearman_matrix(APPLICANTS.T)):.2f}" == "-0.26"
    between = agreement_by_cluster(APPLICANTS, np.arange(3), 0.95).between.estimate
    assert f"{between:.2f}" == "-0.26"
