"""Which names are the program's: those of all its products, logs and temporary files, and no other."""

from pathlib import Path

import pytest

from made_up_run import CONFIG, products_of
from saliometer.audit.ownership import may_be_ours
from saliometer.config.study import load_config
from saliometer.products.files import replaced_whole
from table_study_helpers import tidy, write

MANY = CONFIG | {
    "forms": {"rotations": 1, "redraws": 1},
    "replicates": 2,
    "methods": {"random": None, "smooth++": {"method": "smoothgrad", "samples": 2}, "lime": None},
    "metrics": ["classification", "localization"],
}


def config_of_table_study(folder):
    scores = str(write(folder, tidy(n_items=4)))
    block = {"scores": scores, "higher_is_better": ["faithful"], "lower_is_better": ["error"]}
    return {"run": "given", "datasets": {"mine": block}}


@pytest.mark.parametrize("which", ["made up", "many", "given"])
def test_all_that_the_program_makes_may_be_its_own(tmp_path, which):
    config = {"made up": CONFIG, "many": MANY, "given": config_of_table_study(tmp_path)}[which]
    products = products_of(load_config(config))
    names = [product.path for product in products] + [product.benchmark for product in products]
    names += [name.replace("benchmarks/", "logs/").replace(".tsv", ".log") for name in names]
    for name in names:
        assert may_be_ours(Path(name)), name
    for name in {name.split("/")[0]: name for name in names}.values():
        with replaced_whole(tmp_path / name) as temporary:
            assert may_be_ours(temporary.relative_to(tmp_path)), name
            temporary.touch()


@pytest.mark.parametrize(
    "name",
    [
        "maps/0.zarr.zip",
        "maps/photos/original/net/cam/0/0.zip",
        "maps/photos/original/net/cam/0/own/0.zarr.zip",
        "maps/photos/original/net/cam/0/own.zarr.zip",
        "maps/photos/original/net/cam/0/.part",
        "maps/tables/own.parquet",
        "maps/tables/scores.parquet",
        "maps/images/photos.parquet",
        "tables/own.csv",
        "tables/scores.xlsx",
        "tables/in/scores.csv",
        "tables/.own.csv.part",
        "figures/own.png",
        "figures/own/a/b/c/d.png",
        "figures/scores/a/b/c/d.pdf",
        "figures/scores/a/b/c/d/e.png",
        "report/index.htm",
        "report/in/index.html",
        "logs/own.log",
        "logs/maps/own.log",
        "logs/maps/photos/original/net/cam/0/0.txt",
        "benchmarks/maps/photos/original/net/cam/0/0.log",
    ],
)
def test_what_it_makes_nowhere_is_not(name):
    assert not may_be_ours(Path(name))
