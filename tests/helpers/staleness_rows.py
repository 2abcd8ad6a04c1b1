"""What a change makes necessary, and what is said without records: the README's table, as data."""

from collections import Counter
from collections.abc import Callable

import staleness_changes as changes
import staleness_products as products
from staleness_changes import both, setting, upgrade
from staleness_study import AFTER_IMAGES, END, FIGURES, NOTHING, PAGE, Study, work

EVERYTHING = work("models", "images", *AFTER_IMAGES) + END
DISTRIBUTIONS, COST = "figures: distributions of the scores", "summary: cost of the jobs"
ONE_MAP = work("maps", "scores", dataset=["cars"], model=["lite"], method=["gradient"])
ROWS: dict[str, tuple[Callable[[Study], None], Counter[str]]] = {
    "nothing": (lambda study: None, NOTHING),
    "touch every file": (products.touch_everything, NOTHING),
    "old times on every file": (products.with_old_times, NOTHING),
    "checkout away and back": (changes.checkout_away_and_back, NOTHING),
    "reformat the config": (changes.reformat_the_config, NOTHING),
    "device and batch": (setting(compute={"device": "cpu", "micro_batch": 3}), NOTHING),
    "move the photographs": (changes.move_the_photos, NOTHING),
    "comment in a method": (changes.comment, NOTHING),
    "unused new kinds": (changes.new_kinds, NOTHING),
    "words for people": (changes.words_for_people, NOTHING),
    "a method's label": (changes.label_of_a_method, END),
    "a metric's meaning": (changes.meaning_of_a_metric, END - Counter([COST])),
    "delete a scored map": (products.delete_a_map, NOTHING),
    "delete logs and benchmarks": (products.delete_logs, NOTHING),
    "segments' settings": (
        setting("segments", kernel_size=9.0),
        work("segments") + work("maps", "scores", method=["superpixels"]) + END,
    ),
    "comment in a method's own file, and its place": (changes.own_file, NOTHING),
    "token of a method's own file": (
        changes.token_of_own_file,
        work("models") + work("maps", "scores", method=["superpixels"]) + END,
    ),
    "token of a method": (
        changes.token,
        work("models") + work("maps", "scores", method=["gradient"]) + END,
    ),
    "new content, old time": (
        changes.old_time_new_content,
        work("models") + work("maps", "scores", method=["gradient"]) + END,
    ),
    "engine of gradients": (
        changes.engine,
        work("models") + work("maps", "scores", method=["gradient", "smoothgrad"]) + END,
    ),
    "family of models": (
        changes.family_of_models,
        work("models", "predictions", "maps", "scores") + END,
    ),
    "another family's rows": (changes.rows_of_architectures, NOTHING),
    "family of metrics": (changes.family_of_metrics, work("scores") + END),
    "a metric family's setting": (
        changes.setting_of_a_family_of_metrics,
        work("scores", family=["localization"]) + END,
    ),
    "a metric family added": (
        setting(metrics=["classification", "localization"]),
        work("scores", family=["localization"]) + END,
    ),
    "a metric family taken out for another": (
        setting(metrics=["localization"]),
        work("scores", family=["localization"]) + END,
    ),
    "figures' code": (changes.figures_code, FIGURES + PAGE),
    "the page's template": (changes.page_template, PAGE),
    "a method's setting": (
        setting("methods", "smoothgrad", samples=3),
        work("models") + work("maps", "scores", method=["smoothgrad"]) + END,
    ),
    "tiles of a block apart": (
        setting("methods", "smoothgrad", disconnected=True),
        work("models") + work("maps", "scores", method=["smoothgrad"]) + END,
    ),
    "tiles of a block together, said": (setting("methods", "smoothgrad", disconnected=False), NOTHING),
    "a model's setting": (
        setting("models", "lite", mean=[0.5, 0.5, 0.5]),
        work("models", "predictions", "maps", "scores", model=["lite"]) + END,
    ),
    "a model's check deleted": (products.delete_a_check, work("models", model=["lite"])),
    "code of the checks": (changes.code_of_checks, work("models")),
    "intervals": (setting(intervals={"confidence": 0.9}), END),
    "seed": (setting(seed=2), work(*AFTER_IMAGES) + END),
    "new method": (
        setting("methods", inputxgradient=None),
        work("models") + work("maps", "scores", method=["inputxgradient"]) + END,
    ),
    "new model": (
        setting("models", squeezenet1_0={"weights": "none"}),
        work("models", "predictions", "maps", "scores", model=["squeezenet1_0"]) + END,
    ),
    "a list of all models": (setting("methods", gradient={"models": ["light", "lite"]}), NOTHING),
    "a model for one method": (
        changes.model_for_one_method,
        work("models", "predictions", model=["third"])
        + work("maps", "scores", method=["edges"], model=["third"])
        + END,
    ),
    "fewer models of a method, and a comparison": (changes.comparison, work("models", model=["lite"]) + END),
    "more rounds": (setting("mosaics", rounds=4), work(*AFTER_IMAGES, shard=[1]) + END),
    "more replicates": (
        setting(replicates=2),
        work("maps", "scores", method=["smoothgrad"], replicate=["1"]) + END,
    ),
    "another form": (setting(forms={"rotations": 1}), work(*AFTER_IMAGES, form=["rotation-1"]) + END),
    "shard size": (setting("mosaics", rounds_per_shard=1), work(*AFTER_IMAGES, shard=[0, 1]) + END),
    "another image": (changes.another_image, work("images", *AFTER_IMAGES, dataset=["cars"]) + END),
    "another class": (changes.another_class, work("images", *AFTER_IMAGES, dataset=["cars"]) + END),
    "replaced image, old time": (
        changes.photo_with_an_old_time,
        work("images", *AFTER_IMAGES, dataset=["cars"]) + END,
    ),
    "a method taken out": (changes.without_a_method, work("models") + END),
    "a data set taken out": (changes.without_a_data_set, work("models") + END),
    "torch upgraded": (upgrade("torch"), work("models", "predictions", "maps", "scores") + END),
    "matplotlib upgraded": (upgrade("matplotlib"), FIGURES + PAGE),
    "zarr upgraded": (upgrade("zarr"), work(*AFTER_IMAGES) + END),
    "jinja2 upgraded": (upgrade("jinja2"), PAGE),
    "tqdm upgraded": (upgrade("tqdm"), NOTHING),
    "two figures swapped": (products.swap_figures, Counter([DISTRIBUTIONS]) + PAGE),
    "a digit of the page": (products.digit_in("report/index.html"), PAGE),
    "a digit of a table": (products.digit_in("tables/summary.csv"), END - Counter([COST])),
    "a map cut short": (products.cut_a_map, ONE_MAP + END),
    "a map of another seed": (products.map_of("settings", "seed", value=2), ONE_MAP + END),
    "a map of other code": (
        products.map_of("code", "saliometer.methods.gradient", value="0"),
        ONE_MAP + END,
    ),
    "records lost": (products.lose_records, NOTHING),
    "some records lost": (products.lose_some_records, NOTHING),
    "copied without times": (products.copied_without_times, NOTHING),
    "copied without maps that are scored, nor times": (products.copied_without_maps, NOTHING),
    "another run name": (setting(run="other"), EVERYTHING),
}


# Without Snakemake's records these are one line before any job; then its mend, and then only these run.
REFUSED: dict[str, tuple[Callable[[Study], None], str, Counter[str]]] = {
    "records lost, a method's setting": (
        both(products.lose_records, setting("methods", "smoothgrad", samples=3)),
        "models/lite.parquet: made with other settings or code "
        "(settings.methods.smoothgrad.method.samples was 2 and is now 3)",
        work("models") + work("maps", "scores", method=["smoothgrad"]) + END,
    ),
    "copied without times, figures' code": (
        both(products.copied_without_times, changes.figures_code),
        "figures/scores/manifest.json: made with other settings or code (code of saliometer.figures.style)",
        FIGURES + PAGE,
    ),
    "some records lost, token of a method": (
        both(products.lose_some_records, changes.token),
        "maps/birds/original/lite/gradient/0/0.zarr.zip: made with other settings or code "
        "(code of saliometer.methods.gradient)",
        work("models") + work("maps", "scores", method=["gradient"]) + END,
    ),
}


MADE_AGAIN = {
    "a map of other code": (
        products.map_of("code", "saliometer.methods.gradient", value="0"),
        f"{products.A_MAP}: made with other settings or code (code of saliometer.methods.gradient)",
    ),
    "a digit of the page": (
        products.digit_in("report/index.html"),
        "report/index.html: damaged or foreign (it is not the file that manifest.json names)",
    ),
}
