"""Made-up predictions: the columns that a model's answers have in the tables of a run."""

import numpy as np
import pandas as pd


def with_predictions(questions: pd.DataFrame, rank: np.ndarray, **changes) -> pd.DataFrame:
    """Add the columns of predictions to questions of mosaics of four classes; ``rank`` from 1, (n,)."""
    answers = {
        "probability": 1 / (1 + rank),
        "rank": rank,
        "top1": rank == 1,
        "top5": rank <= 5,
        "n_classes": 4,
        "hits_top1": 1,
        "hits_top5": 2,
        "rank_among_classes": 1,
        "logit": 5.0,
        "logit_target_tiles": 6.0,
        "logit_other_tiles": -1.0,
        "tile_ranks": "1 1 1 1",
        "all_tiles_top1": True,
        "alone_top1": 1.0,
        "alone_top5": 1.0,
    }
    return questions.assign(model="net", **answers | changes)
