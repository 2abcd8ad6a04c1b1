"""Engine of KernelSHAP (Lundberg & Lee 2017): which coalitions to ask about, what follows from the answers.

A coalition of k of M players has the Shapley kernel (M - 1) / (C(M, k) k (M - k)), so that all of one size
have a share in proportion to 1 / (k (M - k)). Everyone and nobody weigh infinitely: they are a constraint.
"""

from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import torch

from saliometer.methods.engines.ridge import weighted_ridge

# Of the sum of weights: too small to be seen, but two players that no coalition tells apart share evenly.
LEAST_NORM = 1e-10


class Coalitions(NamedTuple):
    """``members`` bool (n, players), first everyone, then nobody; ``weights`` (n - 2,) of all other rows."""

    members: np.ndarray
    weights: np.ndarray


def count_paired(players: int, samples: int) -> int:
    """Return how many of at most ``samples`` coalitions ``draw_paired`` gives, with everyone and nobody."""
    return min(samples // 2 * 2, 2**players)


def draw_paired(players: int, samples: int, seed: int) -> Coalitions:
    """Draw different coalitions, each with its complement.

    Sizes of which the kernel's share of ``samples`` holds all coalitions are taken whole, smallest and
    largest first, as in the shap package. The others have a systematic sample, in which each size is met as
    often as its share of the kernel asks, up to rounding; of one size all coalitions are equally likely.
    With 2^players or more ``samples`` the Shapley values are exact.
    Parameters: ``samples``, at least 4, everyone and nobody among them.
    """
    left = count_paired(players, samples) // 2 - 1
    sizes = np.arange(1, players // 2 + 1)
    pairs = np.array(
        [comb(players, k) // (2 if 2 * k == players else 1) for k in sizes.tolist()], dtype=float
    )
    shares = np.where(2 * sizes == players, 1, 2) / (sizes * (players - sizes))
    whole = 0
    while whole < len(sizes) and left * shares[whole] / shares[whole:].sum() >= pairs[whole] * (1 - 1e-12):
        left -= int(pairs[whole])
        whole += 1
    halves = [_all_subsets(k, players) for k in sizes[:whole].tolist()]
    weights = np.repeat(shares[:whole] / pairs[:whole], pairs[:whole].astype(int))
    if left:
        rng = np.random.default_rng(seed)
        ends = np.cumsum(shares[whole:]) / shares[whole:].sum()
        places = np.searchsorted(ends, (rng.random() + np.arange(left)) / left, side="right")
        drawn_sizes = sizes[whole:][np.minimum(places, len(ends) - 1)]
        halves.append(_different_subsets(drawn_sizes, players, rng))
        weights = np.append(weights, np.full(left, shares[whole:].sum() / left))
    half = np.concatenate(halves)
    both = np.stack([half, ~half], axis=1).reshape(-1, players)
    return Coalitions(_with_extremes(both), np.repeat(weights, 2))


def draw_independent(players: int, samples: int, seed: int) -> Coalitions:
    """Draw coalitions one by one from the Shapley kernel, repetitions and all, with equal weights.

    So does captum's KernelShap. Parameters: ``samples``, at least 3, everyone and nobody among them.
    """
    rng = np.random.default_rng(seed)
    sizes = np.arange(1, players)
    shares = 1 / (sizes * (players - sizes))
    drawn = _subsets(rng.choice(sizes, samples - 2, p=shares / shares.sum()), players, rng)
    return Coalitions(_with_extremes(drawn), np.ones(samples - 2))


def shapley_values(coalitions: Coalitions, answers: torch.Tensor) -> torch.Tensor:
    """Fit the weighted linear model whose coefficients are Shapley values (their theorem 2).

    Parameters: ``answers`` (t, n), those of t outputs to every coalition.
    Returns float64 (t, players). Whatever the coalitions, the values of an output sum to its answer to
    everyone less its answer to nobody: with even shares taken out, what is left to fit sums to zero.
    """
    answers = answers.double()
    members = torch.as_tensor(coalitions.members[2:], dtype=torch.float64).to(answers.device)
    weights = torch.as_tensor(coalitions.weights).to(answers.device)
    even = members.mean(dim=1, keepdim=True)
    everyone, nobody = answers[:, :1], answers[:, 1:2]
    gained = everyone - nobody
    left_over = (answers[:, 2:] - nobody).T - even * gained.T
    alpha = LEAST_NORM * float(coalitions.weights.sum())
    fitted = weighted_ridge(members - even, left_over, weights, alpha, intercept=False).T
    return fitted - fitted.mean(dim=1, keepdim=True) + gained / members.shape[1]


def _different_subsets(sizes, players, rng):
    """Draw subsets of the given sizes, no two equal or each other's complement: bool (n, players)."""
    distinct: dict[bytes, np.ndarray] = {}
    while len(sizes):
        drawn = _subsets(sizes, players, rng)
        # A half is the complement of a half: of the two, the one with the first player stands for both.
        drawn[(2 * sizes == players) & ~drawn[:, 0]] ^= True
        repeated = [distinct.setdefault(subset.tobytes(), subset) is not subset for subset in drawn]
        sizes = sizes[repeated]
    return np.stack(list(distinct.values()))


def _subsets(sizes, players, rng):
    """Draw a subset of each size, all of that size equally likely: bool (n, players)."""
    return rng.random((len(sizes), players)).argsort(axis=1) < sizes[:, None]


def _all_subsets(size, players):
    """Return every subset of a size, or of two complements of that size one: bool (n, players)."""
    chosen = np.array(list(combinations(range(players), size)))
    subsets = np.zeros((len(chosen), players), dtype=bool)
    np.put_along_axis(subsets, chosen, True, axis=1)
    return subsets[subsets[:, 0]] if 2 * size == players else subsets


def _with_extremes(members):
    players = members.shape[1]
    return np.concatenate([np.ones((1, players), bool), np.zeros((1, players), bool), members])
