"""Games of a few players whose Shapley values are known."""

from itertools import combinations
from math import factorial

import numpy as np


def exact_values(game, players):
    """Sum over all coalitions what each player adds, as Shapley defines it."""
    values = np.zeros(players)
    for player in range(players):
        others = [other for other in range(players) if other != player]
        for size in range(players):
            share = factorial(size) * factorial(players - size - 1) / factorial(players)
            for chosen in combinations(others, size):
                without, joined = np.zeros((2, 1, players), dtype=bool)
                without[0, list(chosen)] = True
                joined[0, [*chosen, player]] = True
                values[player] += share * (game(joined) - game(without))[0]
    return values
