"""A made-up run: a product of every stage, small, whole, and saying that the config's own jobs made it."""

import html
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import yaml

from saliometer import shards
from saliometer.audit.origin_files import read_origin, sealed_beside
from saliometer.config.study import Config, load_config
from saliometer.figures import style
from saliometer.findings.figure_files import figure_files
from saliometer.plan.description import describe_study
from saliometer.plan.jobs import list_images
from saliometer.plan.products import PAGE, Product, products_of_config
from saliometer.products import manifests
from saliometer.products.origins import PAGE_KEY, digest_of_jobs, digests_of, mark
from saliometer.products.paths import MANIFEST, PATTERNS
from saliometer.tables import read_with_metadata, write_parquet, write_table
from summary_helpers import make_axioms, make_mosaics, make_predictions, make_scores

CONFIG = {
    "run": "made_up",
    "datasets": {"photos": {"source": "sample_photos"}},
    "models": {"net": {"architecture": "resnet18"}},
    "methods": {"gradient": None, "cam": {"method": "gradcam"}},
    "mosaics": {"rounds": 2, "tile_size": 224, "target_tiles": 1},
}
JOB = {"settings": {"run": "made_up"}}
AXES = {"dataset": "photos", "form": "original", "model": "net", "replicate": "0", "family": "classification"}


def write_run(folder: Path) -> Path:
    """Write the config and all products below a folder; returns the results folder."""
    shutil.copytree(made_once().name, folder, dirs_exist_ok=True)  # with their times
    return folder / "results" / "made_up"


@cache
def made_once() -> tempfile.TemporaryDirectory:
    """Make the run, once in a process; it is removed at its end."""
    folder = tempfile.TemporaryDirectory()
    make_run(Path(folder.name))
    return folder


def make_run(folder: Path) -> None:
    results = folder / "results" / "made_up"
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    for shard in (0, 1):
        write_one_shard(results, shard)
    write_parquet(make_predictions(make_mosaics([0])), results / "images/photos.parquet", {"index": "a"})
    for name in ("scores", "tiles", "reliability", "cost"):
        write_table(make_predictions(make_mosaics([0, 1])), results / "tables" / name)
    config = load_config(CONFIG)
    stem = figure_files("scores", describe_study(config))[0]["stem"]
    style.save(style.message_figure(["made up"]), results / "figures" / stem, mark(JOB, {}, stem))
    (results / "report").mkdir()
    of_page = html.escape(mark(JOB, {}, Path(PAGE).stem))
    (results / PAGE).write_text(f'<html><meta name="{PAGE_KEY}" content="{of_page}"></html>\n')
    for folder in (results / "figures" / "scores", results / "report"):
        manifests.write(folder / MANIFEST, {})
    (results / "logs" / "summary").mkdir(parents=True)
    (results / "logs" / "summary" / "summarise_scores.log").write_text("")
    tell_origins(results, config)


def write_one_shard(results, shard):
    def path(stage, **more):
        return results / PATTERNS[stage].format(**AXES, **more, shard=shard)

    mosaics = make_mosaics([shard])
    shards.write(path("mosaics"), *mosaics)
    place = {name: AXES[name] for name in ("dataset", "form")} | {"ids": mosaics.attributes["ids"]}
    shards.write(path("segments"), {"segments": mosaics.arrays["classes"]}, {"kind": "segments", **place})
    write_parquet(make_predictions(mosaics), path("predictions"), {"device": "cpu"})
    for method in CONFIG["methods"]:
        attributes = {"kind": "maps", **place, "model": "net", "method": method, "replicate": "0"}
        shards.write(path("maps", method=method), {"maps": mosaics.arrays["classes"]}, attributes)
        write_parquet(make_scores(mosaics, method), path("scores", method=method))
        write_parquet(make_axioms(mosaics, method), path("axioms", method=method))


def products_of(config: Config) -> list[Product]:
    return products_of_config(config, partial(list_images, config))


def tell_origins(
    results: Path, config: Config, is_rewritten: Callable[[Product], bool] = lambda product: True
) -> None:
    """Rewrite products so that they say that the jobs of a config made them, from what is there now."""
    products = products_of(config)
    jobs = {product.path: product.job() for product in products}

    def remember(paths):
        there = all((results / path).is_file() for path in paths)
        files = digests_of([read_origin(results / path) for path in paths])["files"] if there else ""
        return {"jobs": digest_of_jobs([jobs[path].digest for path in paths]), "files": files}

    for product in products:
        path = results / product.path
        if sealed_beside(path) != path and path.is_file():
            path.touch()  # written with the sealed file beside it
        elif path.is_file() and is_rewritten(product):
            inputs = {kind: remember(paths) for kind, paths in product.inputs.items()}
            tell_origin(path, jobs[product.path].parameters, inputs)


def tell_origin(path: Path, job: dict, inputs: dict) -> None:
    origin = {"job": job, "made_from": inputs}
    if path.suffix == ".zip":
        arrays, attributes = shards.read(path)
        shards.write(path, arrays, {**attributes, **origin})
    elif path.suffix == ".parquet":
        frame, metadata = read_with_metadata(path)
        if path.with_suffix(".csv").is_file():
            write_table(frame, path.with_suffix(""), {**metadata, **origin})
        else:
            write_parquet(frame, path, {**metadata, **origin})
    else:
        files = [file for file in path.parent.rglob("*.*") if file.is_file() and file != path]
        names = [file.relative_to(path.parent).as_posix() for file in files]
        manifests.write(path, manifests.file_digests(path.parent, names), origin)
