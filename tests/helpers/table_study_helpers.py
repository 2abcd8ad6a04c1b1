"""Made-up tables of scores, as somebody else would write them."""

from pathlib import Path

import numpy as np
import pandas as pd

from saliometer.table_study.settings import Settings

BOTH = Settings(higher_is_better=["faithful"], lower_is_better=["error"], controls=["blind"])
LEVELS = {"blind": 0.0, "weak": 0.2, "good": 1.0, "best": 2.0}


def tidy(n_items=24, n_clusters=6, replicates=1, seed=0) -> pd.DataFrame:
    """Four methods by two metrics; ``error`` is lower where ``faithful`` is higher."""
    random = np.random.default_rng(seed)
    rows = []
    for item in range(n_items):
        ease = random.normal(0, 0.2)
        for method, level in LEVELS.items():
            for replicate in range(replicates):
                score = level + ease + random.normal(0, 0.3)
                for metric, value in (("faithful", score), ("error", -2 * score)):
                    row = {"item": f"img {item:03d}", "method": method, "metric": metric, "score": value}
                    if n_clusters:
                        row["cluster"] = f"class {item % n_clusters}"
                    rows.append(row | ({"replicate": str(replicate)} if replicates > 1 else {}))
    return pd.DataFrame(rows)


def write(folder: Path, table: pd.DataFrame, name: str = "table.csv") -> Path:
    """Write a table; return its path."""
    path = folder / name
    table.to_csv(path, index=False) if path.suffix == ".csv" else table.to_parquet(path, index=False)
    return path
