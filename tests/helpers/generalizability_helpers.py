"""Worked examples and known designs for generalizability theory."""

import numpy as np

from saliometer.reliability.generalizability import Components


def digits(*rows: str) -> np.ndarray:
    """Return a published table of one digit a score, from its rows."""
    return np.array([[int(score) for score in row] for row in rows])


# Brennan (2001), synthetic data set 3 (table 3.1), p x i x o: four items on each of two occasions.
PERSONS = digits(
    "26752555",
    "45676757",
    "55465455",
    "59865776",
    "43564564",
    "44476478",
    "26652775",
    "34456664",
    "05455553",
    "68766886",
)
# Brennan (2001), synthetic data set 4 (table 3.2), p x (r:t): rows are 12 raters, 4 within each task.
BALANCED = digits(
    "5937937594",
    "6345243894",
    "5735937584",
    "5733757783",
    "5753737763",
    "3531735565",
    "4534365566",
    "5553737455",
    "6765245355",
    "7753755287",
    "3513515111",
    "3265324111",
)
TASKS = np.repeat([1, 2, 3], 4)
# Rajaratnam, Cronbach & Gleser (Psychometrika 30, 1965), table 2, in Brennan (2001), chapter 7, as an
# unbalanced p x (i:h): rows are items, 2, 4 and 2 within each category.
UNBALANCED = digits(
    "42213130",
    "51433251",
    "32456561",
    "33747682",
    "51655460",
    "44557474",
    "54848577",
    "76759688",
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
