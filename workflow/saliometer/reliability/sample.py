"""Who is compared with whom: the scores of one metric within one scope, methods beside each other."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from saliometer.errors import UserError
from saliometer.reliability.clustering.shared_images import Links, links_of_complete, shared_images
from saliometer.reliability.codes import Code, Note, note

QUESTION = ["mosaic", "target"]


class Comparison(NamedTuple):
    """The scores that a coefficient may compare.

    ``scores``: one row per question (mosaic and target), one column per method. ``clusters``: array with
    one label per question. ``left_out``: why a method is not among them, by method. ``linked``: which
    questions of different clusters have an image in common (``shared_images``), None where none has.
    ``strata``: the class of each question where classes are fixed (``clusters``), else None.
    """

    scores: pd.DataFrame
    clusters: np.ndarray
    left_out: dict[str, Code]
    linked: Links = None
    strata: np.ndarray | None = None

    def complete(self) -> tuple[np.ndarray, np.ndarray]:
        """Return scores and clusters of the questions on which every method is defined."""
        scores = self.scores.to_numpy(dtype=np.float64)
        defined = ~np.isnan(scores).any(axis=1)
        return scores[defined], self.clusters[defined]

    def complete_strata(self) -> np.ndarray | None:
        """Return the strata of these questions, if there are any."""
        return None if self.strata is None else self.strata[self.scores.notna().all(axis=1).to_numpy()]

    def complete_links(self) -> Links:
        """Return the links among these questions."""
        return links_of_complete(self.linked, self.scores.to_numpy(dtype=np.float64))


def pivot_scores(rows: pd.DataFrame, metrics: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Lay out the scores of one scope: questions down, (metric, method) across.

    Parameters: ``rows``, a scores table of one data set, form and model with a column cluster. A method that
    has several replicates of a question gets the mean of those that are defined.
    Returns the wide table and the cluster of each of its rows. Raises UserError for a score given twice.
    """
    twice = rows[rows.duplicated([*QUESTION, "method", "replicate"])]
    if len(twice):
        first = twice.iloc[0]
        raise UserError(
            f"scores: mosaic {first['mosaic']}, target {first['target']}, method {first['method']} is there "
            "twice; keep one row"
        )
    rows = rows.sort_values([*QUESTION, "method", "replicate"])  # a sum hangs on its order by a last bit
    wide = rows.groupby([*QUESTION, "method"])[metrics].mean().unstack("method")
    clusters = rows.drop_duplicates(QUESTION).set_index(QUESTION)["cluster"]
    return wide, clusters.reindex(wide.index).to_numpy()


def linked_questions(
    wide: pd.DataFrame, clusters: np.ndarray, tiles: pd.DataFrame, dataset: str, form: str
) -> Links:
    """Return which rows of ``pivot_scores``, of one data set and form, share an image (``shared_images``)."""
    questions = wide.index.to_frame(index=False).assign(dataset=dataset, form=form)
    return shared_images(questions, clusters, tiles)


def compare(
    wide: pd.DataFrame,
    clusters: np.ndarray,
    metric: str,
    methods: Mapping[str, Mapping],
    needs_negative: bool,
    controls: bool,
    linked: Links = None,
    strata: np.ndarray | None = None,
) -> Comparison:
    """Choose the methods that a metric can compare, real ones or controls, in the order of ``methods``.

    Left out are positive-only methods where the metric needs negative relevance, and methods that are
    undefined on every question.
    """
    scores = wide[metric]
    chosen, left_out = [], {}
    for name in (name for name in methods if name in scores and methods[name]["control"] == controls):
        if needs_negative and not methods[name]["signed"]:
            left_out[name] = Code.POSITIVE_ONLY
        elif scores[name].isna().all():
            left_out[name] = Code.NEVER_DEFINED
        else:
            chosen.append(name)
    return Comparison(scores[chosen], clusters, left_out, linked, strata)


def undefined_last(real: Comparison, higher_is_better: bool) -> Comparison:
    """Return a comparison in which an undefined score is worse than every defined one.

    Only the order of the scores may be used of it. Methods that are defined nowhere stay left out.
    """
    worst = real.scores.min().min() - 1 if higher_is_better else real.scores.max().max() + 1
    return real._replace(scores=real.scores.fillna(worst))


def undefined_as_worst(scores: pd.DataFrame, higher_is_better: bool) -> pd.DataFrame:
    """Return scores (items, methods) in which an undefined one counts as the worst that any method has.

    Items on which no method is defined stay undefined: they tell nothing of a difference.
    """
    worst = scores.min().min() if higher_is_better else scores.max().max()
    return scores.fillna(worst).where(scores.notna().any(axis=1))


def notes_on_left_out(left_out: Mapping[str, Code]) -> list[Note]:
    """Return the note that names the left-out methods, grouped by reason; none when there are none."""
    groups = {code: [name for name in left_out if left_out[name] == code] for code in left_out.values()}
    return [note(Code.LEFT_OUT, groups=[*groups.items()])] if left_out else []
