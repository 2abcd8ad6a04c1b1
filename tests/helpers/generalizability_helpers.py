"""Worked examples and known designs for generalizability theory."""

import numpy as np

from saliometer.reliability.generalizability import Components

# Brennan (2001), synthetic data set 4 (table 3.2), p x (r:t): rows are 12 raters, 4 within each task.
BALANCED = np.array(
    [
        [5, 9, 3, 7, 9, 3, 7, 5, 9, 4],
        [6, 3, 4, 5, 2, 4, 3, 8, 9, 4],
        [5, 7, 3, 5, 9, 3, 7, 5, 8, 4],
        [5, 7, 3, 3, 7, 5, 7, 7, 8, 3],
        [5, 7, 5, 3, 7, 3, 7, 7, 6, 3],
        [3, 5, 3, 1, 7, 3, 5, 5, 6, 5],
        [4, 5, 3, 4, 3, 6, 5, 5, 6, 6],
        [5, 5, 5, 3, 7, 3, 7, 4, 5, 5],
        [6, 7, 6, 5, 2, 4, 5, 3, 5, 5],
        [7, 7, 5, 3, 7, 5, 5, 2, 8, 7],
        [3, 5, 1, 3, 5, 1, 5, 1, 1, 1],
        [3, 2, 6, 5, 3, 2, 4, 1, 1, 1],
    ]
)
TASKS = np.repeat([1, 2, 3], 4)
# Rajaratnam, Cronbach & Gleser (Psychometrika 30, 1965), table 2, in Brennan (2001), chapter 7, as an
# unbalanced p x (i:h): rows are items, 2, 4 and 2 within each category.
UNBALANCED = np.array(
    [
        [4, 2, 2, 1, 3, 1, 3, 0],
        [5, 1, 4, 3, 3, 2, 5, 1],
        [3, 2, 4, 5, 6, 5, 6, 1],
        [3, 3, 7, 4, 7, 6, 8, 2],
        [5, 1, 6, 5, 5, 4, 6, 0],
        [4, 4, 5, 5, 7, 4, 7, 4],
        [5, 4, 8, 4, 8, 5, 7, 7],
        [7, 6, 7, 5, 9, 6, 8, 8],
    ]
)
CATEGORIES = np.repeat([1, 2, 3], [2, 4, 2])
TRUE = Components(method=0.3, class_=0.2, item=0.4, method_class=0.25, residual=1.0)


def draw(rng, clusters, k=5, true=TRUE):
    """Draw scores (items, k) from known components."""
    codes = np.unique(clusters, return_inverse=True)[1]
    n, n_classes = len(codes), codes.max() + 1
    scores = rng.normal(0, np.sqrt(true.method), k) + rng.normal(0, np.sqrt(true.residual), (n, k))
    scores += rng.normal(0, np.sqrt(true.method_class), (n_classes, k))[codes]
    scores += rng.normal(0, np.sqrt(true.class_), (n_classes, 1))[codes]
    return scores + rng.normal(0, np.sqrt(true.item), (n, 1))
