"""What people do to the code and the settings of a study between two runs, each a function."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import yaml

from staleness_products import EARLIER, with_old_times
from staleness_study import AXES, Study


def code_of_checks(study):
    study.edit("stages/models.py", "SEGMENTS = 4", "SEGMENTS = 5")


def old_time_new_content(study):
    """As rsync -t or tar bring it: the code of a method changes, its modification time goes back."""
    study.edit("methods/gradient.py", ".abs().amax(dim=1)", ".abs().amax(1)")
    with_old_times(study)


def photo_with_an_old_time(study):
    photo = next((study.folder / "photos" / "cars").rglob("*.jpg"))
    photo.write_bytes(photo.read_bytes() + b"\0")
    os.utime(photo, (EARLIER, EARLIER))


def reformat_the_config(study):
    settings = study.settings()
    turned = {key: settings[key] for key in reversed(settings)}
    turned["methods"] = dict(reversed(turned["methods"].items()))
    study.config.write_text("# A comment\n" + yaml.safe_dump(turned, default_flow_style=True))


def checkout_away_and_back(study):
    """Another branch changes, adds and removes code; coming back writes all of it anew."""
    package = study.tree / "workflow" / "saliometer"
    kept = {path: path.read_bytes() for path in package.rglob("*.py")}
    for path in kept:
        path.unlink()
    (package / "elsewhere.py").write_text("VALUE = 1\n")
    (package / "elsewhere.py").unlink()
    for path, content in kept.items():
        path.write_bytes(content)


def comment(study):
    study.edit("methods/gradient.py", "SPEC = MethodSpec(", "# magnitudes\n\n\nSPEC = MethodSpec(")


def token(study):
    study.edit("methods/gradient.py", ".abs().amax(dim=1)", ".abs().amax(1)")


def own_file(study):
    """A comment in a method's own file, which then lies elsewhere."""
    file = study.folder / "superpixels.py"
    (study.folder / "elsewhere.py").write_text("# A comment\n" + file.read_text())
    file.unlink()
    study.set("methods", "superpixels", file="elsewhere.py")


def token_of_own_file(study):
    file = study.folder / "superpixels.py"
    file.write_text(file.read_text().replace(".float()", ".to(torch.float32)"))


def engine(study):
    engines = study.tree / "workflow" / "saliometer" / "methods" / "engines" / "gradients.py"
    engines.write_text(engines.read_text() + "\nUNUSED = 1\n")


def family_of_models(study):
    study.edit("models/efficientnet_lite.py", "MEAN = (127 / 255,) * 3", "MEAN = (127.0 / 255,) * 3")


def rows_of_architectures(study):
    study.edit(
        "models/torchvision_architectures.py",
        '(("alexnet",), "features", 63',
        '(("alexnet",), "features", 64',
    )


def words_for_people(study):
    """The description of a setting, a help text, an error's hint, a line in a log: no result holds them."""
    for path, old, new in (
        ("methods/smoothgrad.py", "Noisy copies of each mosaic", "Copies with noise"),
        ("stages/maps.py", "shard of mosaics (.zarr.zip)", "mosaics"),
        ("stages/maps.py", "give its path as --method-file", "give its path"),
        ("stages/maps.py", "maps of {method.block}", "maps by {method.block}"),
        ("stages/scores.py", "maps scored", "scores of maps"),
    ):
        study.edit(path, old, new)


def label_of_a_method(study):
    study.edit("methods/gradient.py", 'label="Gradient"', 'label="Plain gradient"')


def meaning_of_a_metric(study):
    study.edit("metrics/classification.py", '"harmonic mean of', '"the harmonic mean of')


def family_of_metrics(study):
    study.edit("metrics/classification.py", "no relevance at all", "no relevance")


def setting_of_a_family_of_metrics(study):
    """Localization is added and one of its files made; then its setting changes."""
    study.set(metrics={"classification": None, "localization": {"tolerance": 1}})
    study.run("results/study/scores/cars/original/lite/edges/0/localization/0.parquet")
    study.set("metrics", "localization", tolerance=2)


def new_kinds(study):
    """New modules that no block names: a method, a source, a family of models, one of metrics."""
    package = study.tree / "workflow" / "saliometer"
    for original, copy in (
        ("methods/random.py", "methods/noise.py"),
        ("images/sources/folder.py", "images/sources/heap.py"),
        ("metrics/classification.py", "metrics/other.py"),
    ):
        name = Path(copy).stem
        text = (package / original).read_text()
        text = text.replace('NAME = "random"', f'NAME = "{name}"').replace(
            'Literal["folder"]', f'Literal["{name}"]'
        )
        (package / copy).write_text(text)
    (package / "models" / "tiny.py").write_text("ARCHITECTURES = ()\n")


def figures_code(study):
    study.edit("figures/style.py", "FONT_SIZE = 8.0", "FONT_SIZE = 8.5")


def page_template(study):
    template = study.tree / "workflow" / "saliometer" / "report" / "page.html.jinja"
    template.write_text(template.read_text() + "\n")


def install(package: str, version: str = "99") -> Callable[[Study], None]:
    """Let a package look as if another version were installed; a dry run asks for no more."""

    def change(study):
        metadata = study.installed / f"{package}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")

    return change


def upgrade(package: str) -> Callable[[Study], None]:
    """Change the lock, and install what it says then."""

    def change(study):
        lock = study.tree / "envs" / "lock.txt"
        lines = lock.read_text().splitlines(keepends=True)
        pins = [line for line in lines if line.startswith(f"{package}==")]
        assert pins, package
        changed = [line.replace("==", "==9", 1) if line in pins else line for line in lines]
        lock.write_text("".join(changed))
        install(package, pins[0].split()[0].replace("==", "==9", 1).partition("==")[2])(study)

    return change


def setting(*keys: str, **values) -> Callable[[Study], None]:
    return lambda study: study.set(*keys, **values)


def without_a_method(study):
    methods = study.settings()["methods"]
    del methods["edges"]
    study.set(methods=methods)


def without_a_data_set(study):
    study.set(datasets={"birds": study.settings()["datasets"]["birds"]})


def model_for_one_method(study):
    """A further model that one method explains besides those of before; the others keep to these."""
    models = study.settings()["models"]
    for method in AXES["method"]:
        study.set("methods", **{method: {**(study.settings()["methods"][method] or {}), "models": [*models]}})
    study.set("methods", "edges", models=["third", *models])
    study.set("models", third=models["lite"])


def comparison(study):
    study.set("methods", gradient={"models": ["light"]})
    study.set(comparisons={"both": {"lite": ["smoothgrad", "edges"], "light": ["gradient"]}})


def move_the_photos(study):
    shutil.move(study.folder / "photos", study.folder / "moved")
    for name in AXES["dataset"]:
        study.set("datasets", name, path=f"moved/{name}")


def another_image(study):
    photo = next((study.folder / "photos" / "cars").rglob("*.jpg"))
    shutil.copy(photo, photo.with_name("another.jpg"))


def another_class(study):
    photo = next((study.folder / "photos" / "cars").rglob("*.jpg"))
    place = study.folder / "photos" / "cars" / "tabby"
    place.mkdir()
    shutil.copy(photo, place)


def both(*changes: Callable[[Study], None]) -> Callable[[Study], None]:
    def change(study):
        for each in changes:
            each(study)

    return change
