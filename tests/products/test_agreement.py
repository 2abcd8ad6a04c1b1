"""Products that belong together: what each remembers of its inputs is what lies there."""

from pathlib import Path

import pytest

from saliometer import stages
from saliometer.products.agreement import check_inputs
from saliometer.products.origins import origin_metadata
from saliometer.products.seals import DamagedError

AXES = {"dataset": "a", "form": "original"}
STUDY = {
    "run": "r",
    "seed": 1,
    "datasets": {"a": {}},
    "forms": ["original"],
    "models": {"net": {}},
    "methods": {"cam": {}},
    "replicates": {"cam": ["0"]},
    "metrics": {"classification": {}},
    "shards": 2,
}
MAPS = "maps/a/original/net/cam/0/{}.zarr.zip"
AXIOMS = "axioms/a/original/net/cam/0/{}.parquet"
SCORES = "scores/a/original/net/cam/0/classification/{}.parquet"


def run_of(seed=1, method="cam", folder="r"):
    """Return what all inputs of the summary say in a made-up run of two shards, by kind and path."""
    root = Path(folder)
    read = {kind: {} for kind in ("mosaics", "predictions", "maps", "axioms", "scores")}
    for shard in (0, 1):

        def told(settings, **inputs):
            return origin_metadata({"settings": AXES | settings}, **inputs)

        mosaics = told({"seed": seed, "rounds": [shard]})
        maps = told({"seed": seed, "method": method}, mosaics=[mosaics])
        for kind, path, attributes in (
            ("mosaics", f"mosaics/a/original/{shard}.zarr.zip", mosaics),
            ("predictions", f"predictions/a/original/net/{shard}.parquet", told({}, mosaics=[mosaics])),
            ("maps", MAPS.format(shard), maps | {"kind": "maps"}),
            ("axioms", AXIOMS.format(shard), maps),
            ("scores", SCORES.format(shard), told({}, maps=[maps | {"kind": "maps"}], mosaics=[mosaics])),
        ):
            read[kind][root / path] = attributes
    return read


def changed(read, kind, path, attributes):
    return read | {kind: read[kind] | {Path("r") / path: attributes}}


@pytest.mark.parametrize("kinds", [(), ("maps",), ("maps", "mosaics"), ("scores",)])
def test_a_run_agrees_with_itself_and_without_what_was_deleted(kinds):
    check_inputs({"settings": STUDY}, {kind: files for kind, files in run_of().items() if kind not in kinds})


@pytest.mark.parametrize(
    ("kind", "pattern", "other"),
    [
        ("predictions", "predictions/a/original/net/{}.parquet", {"seed": 2}),
        ("maps", MAPS, {"seed": 2}),
        ("axioms", AXIOMS, {"seed": 2}),
        ("scores", SCORES, {"seed": 2}),
        ("scores", SCORES, {"method": "another"}),
    ],
)
@pytest.mark.parametrize("deleted", [(), ("maps",)])
def test_one_shard_of_another_run_is_named(kind, pattern, other, deleted):
    if kind in deleted:
        return
    path = pattern.format(1)
    foreign = run_of(**other)[kind][Path("r") / path]
    read = {name: files for name, files in run_of().items() if name not in deleted}
    with pytest.raises(DamagedError) as refused:
        check_inputs({"settings": STUDY}, changed(read, kind, path, foreign))
    assert str(refused.value).startswith(f"r/{path}: damaged or foreign (it was made ")
    assert str(refused.value).endswith("stages.check r --remove, then run again")
    assert "\n" not in str(refused.value)


def test_the_seed_of_the_run_is_that_of_its_shards():
    with pytest.raises(DamagedError, match=r"mosaics/a/original/0\.zarr\.zip: .*another seed"):
        check_inputs({"settings": STUDY}, run_of(seed=2))


def tables_of(**changes):
    job = {"settings": STUDY | changes}
    read = run_of()
    scores = origin_metadata(job, **{kind: read[kind].values() for kind in ("scores", "mosaics")})
    return {
        "tables": {
            Path("r/tables/scores.parquet"): scores,
            Path("r/tables/reliability.parquet"): origin_metadata(job, tables=[scores]),
        },
        "figures": {Path("r/figures/scores/manifest.json"): origin_metadata(job, tables=[scores])},
    }


def test_tables_and_figures_of_the_run_agree():
    check_inputs({"settings": STUDY}, tables_of())


@pytest.mark.parametrize("kind", ["tables", "figures"])
def test_tables_and_figures_of_other_settings_are_refused(kind):
    own, other = tables_of(), tables_of(intervals={"confidence": 0.9})
    path = list(own[kind])[-1]
    read = own | {kind: own[kind] | {path: other[kind][path]}}
    with pytest.raises(DamagedError, match=f"{path}: .*another intervals"):
        check_inputs({"settings": STUDY}, read)
    # The same settings, of other scores.
    told = origin_metadata({"settings": STUDY}, tables=[{"job": {"settings": {"run": "another"}}}])
    with pytest.raises(DamagedError, match=f"{path}: .*made from other tables"):
        check_inputs({"settings": STUDY}, own | {kind: own[kind] | {path: told}})


def test_files_of_any_name_are_compared():
    """As a person runs a stage by hand."""
    mosaics = origin_metadata({"settings": {"seed": 1}})
    maps = origin_metadata({"settings": {"seed": 1}}, mosaics=[mosaics])
    job = {"settings": AXES}
    check_inputs(job, {"maps": {"m.zip": maps}, "mosaics": {"q.zip": mosaics}})
    with pytest.raises(DamagedError, match=r"m\.zip: .*other mosaics"):
        check_inputs(job, {"maps": {"m.zip": maps}, "mosaics": {"q.zip": mosaics | {"more": 1}}})


def test_every_stage_that_reads_products_compares_them():
    sources = {path.stem: path.read_text() for path in Path(stages.__file__).parent.glob("*.py")}
    without = {name for name, text in sources.items() if "check_inputs(" not in text}
    # The last four read no product.
    assert without == {"__init__", "command", "check", "images", "table_study", "models", "redraws"}
