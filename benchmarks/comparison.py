"""Time how a run compares its products with its config: ``python -m benchmarks.comparison [--rounds N]``.

Before it plans and once more at its end, a run reads where every product says that it comes from. There are
as many products as in a large study, and all are small: nothing but what they say of themselves is read. The
floor is reading every file once.
"""

import argparse
import tempfile
import time
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.generated import table
from benchmarks.studies import imagenet_study, make_images

from saliometer import shards
from saliometer.audit.origin_files import read_origin
from saliometer.audit.unrecorded import differences
from saliometer.config.study import load_config
from saliometer.plan.jobs import list_images
from saliometer.plan.products import Product, products_of_config
from saliometer.products import manifests
from saliometer.products.origins import Origin, digest_of_jobs, digests_of
from saliometer.products.paths import MANIFEST
from saliometer.tables import write_parquet, write_table

GOAL = 5.0  # seconds, for 8,000 products
METHODS, MODELS = 13, 4
HEAD = ("products", "first (s)", "again (s)", "floor (s)", "ms per product", "goal (s)")


def write_products(results: Path, products: list[Product]) -> None:
    """Write a small file for each product, which says that the config's own job made it."""
    origins: dict[str, Origin] = {}
    jobs = {product.path: product.job() for product in products}
    for product in products:
        made_from = {
            kind: {
                "jobs": digest_of_jobs([jobs[path].digest for path in paths]),
                "files": digests_of([origins[path] for path in paths])["files"],
            }
            for kind, paths in product.inputs.items()
        }
        told = {"job": jobs[product.path].parameters, "made_from": made_from}
        path = results / product.path
        path.parent.mkdir(parents=True, exist_ok=True)
        write_one(path, told)
        if path.is_file():
            origins[product.path] = read_origin(path)


def write_one(path: Path, told: dict) -> None:
    """Write a sealed file; a file for people is written with that which tells of it, or left out."""
    if path.suffix == ".zip":
        shards.write(path, {"maps": np.zeros((1, 1, 1), np.float32)}, {"kind": "maps", **told})
    elif path.suffix == ".parquet":
        frame = pd.DataFrame({"x": [1.0]})
        if path.parent.name == "tables":
            write_table(frame, path.with_suffix(""), told)
        else:
            write_parquet(frame, path, told)
    elif path.name == MANIFEST:
        manifests.write(path, {}, told)


def seconds(function) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def main() -> None:
    """Write the products of a study, compare them twice, and print how long that took."""
    parser = argparse.ArgumentParser(description="Time the comparison of products with their config.")
    parser.add_argument("--rounds", type=int, default=50, help="shards of every method (default: 50)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_images(folder / "images")
        config = load_config(imagenet_study(folder / "images", asked.rounds, METHODS, MODELS))
        results = folder / "results"
        list_once = cache(partial(list_images, config))
        write_products(results, products_of_config(config, list_once))
        there = [path for path in results.rglob("*") if path.is_file()]

        def compare() -> None:
            found = differences(results, products_of_config(config, list_once))
            if found:
                raise RuntimeError(f"nothing differs, yet {next(iter(found.items()))} was found")

        first, again = seconds(compare), seconds(compare)
        floor = seconds(lambda: [path.read_bytes() for path in there])
    row = (len(there), first, again, floor, 1000 * first / len(there), GOAL)
    print(table(HEAD, [tuple(f"{value:,}" if isinstance(value, int) else f"{value:.2f}" for value in row)]))


if __name__ == "__main__":
    main()
