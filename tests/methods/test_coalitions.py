"""Coalitions of players: which are drawn, and what Shapley values follow from them."""

import numpy as np
import pytest
import shap
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from coalitions_helpers import exact_values
from saliometer.methods.engines.coalitions import (
    Coalitions,
    count_paired,
    draw_independent,
    draw_paired,
    shapley_values,
)


def random_game(players, seed):
    """Return the worth of every coalition: a function of booleans (n, players) to (n,)."""
    worths = np.random.default_rng(seed).normal(size=2**players)
    return lambda members: worths[np.asarray(members) @ (1 << np.arange(players))]


def values_of(game, coalitions):
    return shapley_values(coalitions, torch.as_tensor(game(coalitions.members))[None])[0].numpy()


@pytest.mark.parametrize(
    ("groups", "expected"), [([0, 1, 2], [76.66667, 196.66667, 116.66667]), ([0, 0, 1], [275, 115])]
)
def test_hand_solved_perceptron(groups, expected):
    x = np.array([20, 50, 30])

    def game(members):
        total = (members[:, groups] * x).sum(axis=1)
        return np.maximum(total - 10, 0) + 3 * np.maximum(total + 1, 0) - 1

    players = max(groups) + 1
    assert values_of(game, draw_paired(players, 2**players, 0)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("players", [2, 3, 4, 5, 6, 7])
def test_all_coalitions_give_the_exact_values(players):
    game, everything = random_game(players, players), draw_paired(players, 10**6, 0)
    assert len(everything.members) == 2**players
    np.testing.assert_allclose(values_of(game, everything), exact_values(game, players), atol=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("samples", [20, 26, 44])
def test_fewer_coalitions_scatter_about_the_exact_values_and_pairs_scatter_less(samples):
    game, players = random_game(6, 1), 6
    exact = exact_values(game, players)
    paired, alone = (
        np.array([values_of(game, draw(players, samples, seed)) for seed in range(200)])
        for draw in (draw_paired, draw_independent)
    )
    assert np.abs(paired.mean(axis=0) - exact).max() < 0.25 * np.abs(exact).max()
    errors = [((drawn - exact) ** 2).sum(axis=1).mean() for drawn in (paired, alone)]
    assert errors[0] < 0.7 * errors[1]


@settings(max_examples=60, deadline=None)
@given(players=st.integers(2, 40), samples=st.integers(4, 300), seed=st.integers(0, 2**63 - 1))
def test_coalitions_come_in_pairs_and_none_twice(players, samples, seed):
    members, weights = draw_paired(players, samples, seed)
    assert len(members) == count_paired(players, samples) == len(weights) + 2
    assert len(np.unique(members, axis=0)) == len(members)
    assert members[0].all()
    assert not members[1].any()
    assert np.array_equal(members[2::2], ~members[3::2])
    assert np.array_equal(weights[::2], weights[1::2])
    if len(weights):
        assert weights.sum() == pytest.approx(2 * (1 / np.arange(1, players)).sum() * 2 / players, rel=1e-9)
    again = draw_paired(players, samples, seed)
    assert np.array_equal(members, again.members)


def test_small_and_large_coalitions_are_taken_whole_as_the_shap_package_does():
    explainer = shap.KernelExplainer(lambda rows: rows.sum(axis=1), np.zeros((1, 25)))
    explainer.shap_values(np.ones((1, 25)), nsamples=198, l1_reg=False, silent=True)
    whole = sorted(map(tuple, explainer.maskMatrix[:50] == 1))
    members, weights = draw_paired(25, 200, 5)
    assert sorted(map(tuple, members[2:52])) == whole
    shares = weights / weights.sum()
    np.testing.assert_allclose(shares[:50], explainer.kernelWeights[0] / explainer.kernelWeights.sum())
    sizes = np.minimum(members[52:].sum(axis=1), 25 - members[52:].sum(axis=1))
    wanted = {k: 1 / (k * (25 - k)) for k in range(2, 13)}
    total = sum(wanted.values())
    assert all(abs((sizes == k).sum() / 148 - wanted[k] / total) < 2 / 148 for k in wanted)


def test_single_draws_follow_the_shapley_kernel():
    members, weights = draw_independent(10, 40_002, 3)
    counts = np.bincount(members[2:].sum(axis=1), minlength=11)[1:10]
    kernel = 1 / (np.arange(1, 10) * np.arange(9, 0, -1))
    np.testing.assert_allclose(counts / 40_000, kernel / kernel.sum(), atol=0.01)
    np.testing.assert_allclose(members[2:].mean(axis=0), 0.5, atol=0.01)
    assert set(weights) == {1}


def test_equality_with_the_shap_package_on_its_own_coalitions():
    game, players = random_game(9, 4), 9
    explainer = shap.KernelExplainer(lambda rows: game(rows == 1), np.zeros((1, players)))
    np.random.seed(0)  # the package draws from the global generator
    theirs = explainer.shap_values(np.ones((1, players)), nsamples=100, l1_reg=False, silent=True)
    extremes = np.array([[True] * players, [False] * players])
    asked = Coalitions(np.concatenate([extremes, explainer.maskMatrix == 1]), explainer.kernelWeights)
    np.testing.assert_allclose(values_of(game, asked), np.ravel(theirs), atol=1e-8)
