"""The value that travels from a table to its coefficients: scores, and how their items hang together."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from saliometer.errors import UserError
from saliometer.reliability.clustering.design_effect import design_effect
from saliometer.reliability.clustering.intervals import Interval, cluster_t
from saliometer.reliability.clustering.shared_images import Links, links_among, shared_images
from saliometer.reliability.clustering.strata import about_stratum_mean, strata_of_clusters
from saliometer.reliability.codes import Code, Note, note

QUESTION = ["mosaic", "target"]


@dataclass(frozen=True, eq=False)
class Sample:
    """Scores of items, and which of the items are not independent of each other.

    ``scores``: items down, across what is compared on them (methods, metrics or replicates), NaN where it is
    undefined; a DataFrame, or what makes an array (items, k). ``clusters``: (items,), labels of any kind.
    ``links``: which items of different clusters have an image in common (``shared_images``), None where none
    have. ``strata``: (items,), labels of the fixed classes in which the clusters lie, None where classes are
    not fixed. ``left_out``: why a method is not among the scores, by method.
    Raises ValueError unless there is a cluster for each item.
    """

    scores: pd.DataFrame | np.ndarray
    clusters: np.ndarray
    links: Links = None
    strata: np.ndarray | None = None
    left_out: dict[str, Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.scores, pd.DataFrame):
            object.__setattr__(self, "scores", np.asarray(self.scores, dtype=np.float64))
        object.__setattr__(self, "clusters", np.asarray(self.clusters))
        if self.strata is not None:
            object.__setattr__(self, "strata", np.asarray(self.strata))
        if self.scores.ndim != 2 or self.clusters.shape != self.scores.shape[:1]:
            raise ValueError(
                "scores must be (items, methods) with a cluster for each item, "
                f"not {self.scores.shape} and {self.clusters.shape}"
            )

    def __len__(self) -> int:
        return len(self.clusters)

    @property
    def values(self) -> np.ndarray:
        """The scores as a float64 array."""
        return np.asarray(self.scores, dtype=np.float64)

    @property
    def defined(self) -> np.ndarray:
        """Whether every method is defined on an item: boolean (items,)."""
        return ~np.isnan(self.values).any(axis=1)

    @property
    def n_clusters(self) -> int:
        """The number of clusters."""
        return len(np.unique(self.clusters))

    @property
    def strata_of_clusters(self) -> np.ndarray | None:
        """The stratum of each cluster, as ``strata.strata_of_clusters`` has it."""
        return strata_of_clusters(self.clusters, self.strata)

    def with_scores(self, scores: pd.DataFrame | ArrayLike) -> "Sample":
        """Return the same items with other scores."""
        return replace(self, scores=scores)

    def where(self, chosen: np.ndarray) -> "Sample":
        """Return the items that a boolean array (items,) chooses, with their scores as an array."""
        strata = None if self.strata is None else self.strata[chosen]
        links, clusters = links_among(self.links, chosen), self.clusters[chosen]
        return replace(self, scores=self.values[chosen], clusters=clusters, links=links, strata=strata)

    def complete(self) -> "Sample":
        """Return the items on which every method is defined; raises ValueError for an infinite score."""
        if np.isinf(self.values).any():
            raise ValueError("scores must be finite, or NaN where missing")
        return self.where(self.defined)

    def two_columns(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores of pairs, each (items,); raises ValueError for other than two columns."""
        if self.scores.shape[1] != 2:
            raise ValueError(f"a sample of pairs must be (items, 2), not {self.scores.shape}")
        first, second = self.values.T
        return first, second

    def mean_of(self, values: ArrayLike, confidence: float) -> Interval:
        """Estimate the mean of values (items,), with its ``cluster_t`` interval; NaN take no part."""
        return cluster_t(values, self.clusters, confidence, links=self.links, strata=self.strata)

    def design_effects(self, influence: np.ndarray) -> np.ndarray:
        """Return the ``design_effect`` (p,) of influence values (items, p) about their stratum's mean."""
        strata = None if self.strata_of_clusters is None else self.strata
        return design_effect(about_stratum_mean(influence, strata), self.clusters, self.links)


def sample_of(
    rows: pd.DataFrame, columns: list[str], tiles: pd.DataFrame, fixed_classes: bool = False
) -> Sample:
    """Lay out the scores of one scope: questions down, (column, method) across.

    Parameters: ``rows``, a scores table of one data set, form and model with a column cluster; ``columns`` of
    it; ``tiles``, what each tile shows; ``fixed_classes``, whether its classes are the strata. A method that
    has several replicates of a question gets the mean of those that are defined.
    Raises UserError for a score given twice.
    """
    twice = rows[rows.duplicated([*QUESTION, "method", "replicate"])]
    if len(twice):
        first = twice.iloc[0]
        raise UserError(
            f"scores: mosaic {first['mosaic']}, target {first['target']}, method {first['method']} is there "
            "twice; keep one row"
        )
    rows = rows.sort_values([*QUESTION, "method", "replicate"])  # a sum hangs on its order by a last bit
    wide = rows.groupby([*QUESTION, "method"])[columns].mean().unstack("method")
    sample = of_questions(wide, rows)
    questions = wide.index.to_frame(index=False).assign(**rows.iloc[0][["dataset", "form"]])
    strata = questions["target"].to_numpy() if fixed_classes else None
    return replace(sample, links=shared_images(questions, sample.clusters, tiles), strata=strata)


def of_questions(table: pd.DataFrame, rows: pd.DataFrame) -> Sample:
    """Return a table with a row for each question as a sample, with the clusters that ``rows`` tell."""
    clusters = rows.drop_duplicates(QUESTION).set_index(QUESTION)["cluster"]
    return Sample(table, clusters.reindex(table.index).to_numpy())


def compare(
    sample: Sample, metric: str, methods: Mapping[str, Mapping], needs_negative: bool, controls: bool
) -> Sample:
    """Choose the methods that a metric can compare, real ones or controls, in the order of ``methods``.

    Parameters: ``sample``, as ``sample_of`` lays it out. Left out are positive-only methods where the metric
    needs negative relevance, and methods that are undefined on every question.
    """
    scores = sample.scores[metric]
    chosen, left_out = [], {}
    for name in (name for name in methods if name in scores and methods[name]["control"] == controls):
        if needs_negative and not methods[name]["signed"]:
            left_out[name] = Code.POSITIVE_ONLY
        elif scores[name].isna().all():
            left_out[name] = Code.NEVER_DEFINED
        else:
            chosen.append(name)
    return replace(sample, scores=scores[chosen], left_out=left_out)


def undefined_last(sample: Sample, higher_is_better: bool) -> Sample:
    """Return a sample in which an undefined score is worse than every defined one.

    Only the order of the scores may be used of it. Methods that are defined nowhere stay left out.
    """
    scores = sample.scores
    worst = scores.min().min() - 1 if higher_is_better else scores.max().max() + 1
    return sample.with_scores(scores.fillna(worst))


def undefined_as_worst(sample: Sample, higher_is_better: bool) -> Sample:
    """Return a sample in which an undefined score counts as the worst that any method has.

    Items on which no method is defined stay undefined: they tell nothing of a difference.
    """
    scores = sample.scores
    worst = scores.min().min() if higher_is_better else scores.max().max()
    return sample.with_scores(scores.fillna(worst).where(scores.notna().any(axis=1)))


def notes_on_left_out(left_out: Mapping[str, Code]) -> list[Note]:
    """Return the note that names the left-out methods, grouped by reason; none when there are none."""
    groups = {code: [name for name in left_out if left_out[name] == code] for code in left_out.values()}
    return [note(Code.LEFT_OUT, groups=[*groups.items()])] if left_out else []
