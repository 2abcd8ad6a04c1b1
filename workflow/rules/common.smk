# What all rules share: the settings, the paths of the products, and the functions that list them.
import json
import os
import re
import shlex

PACKAGE_FOLDER = Path(workflow.current_basedir).parent
sys.path.insert(0, str(PACKAGE_FOLDER))

from saliometer import figures, jobs, mosaics
from saliometer.config import load_config
from saliometer.errors import UserError


def settings_or_exit():
    """Check the configuration; a mistake in it ends the run with one line, before any job."""
    try:
        return load_config(config, workflow.config_settings.config)
    except UserError as error:
        sys.exit(f"error: {error}")


SETTINGS = settings_or_exit()
RESULTS = f"results/{SETTINGS.run}"
TABLES = f"{RESULTS}/tables"
PAGE = f"{RESULTS}/report/index.html"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"
ENVIRONMENT = "../../envs/environment.yaml"
FORMS = [jobs.FORM]
REPLICATES = [jobs.REPLICATE]
SHARDS = range(mosaics.n_shards(SETTINGS.mosaics))
SUMMARY_TABLES = [
    "scores",
    "summary",
    "undefined",
    "predictions",
    "accuracy",
    "tiles",
    "image_use",
]

# Where images lie and which device computes can't change a result: these reach the commands as globals,
# which Snakemake does not track, and not as params.
SOURCES = json.dumps(
    {name: source.model_dump() for name, source in SETTINGS.datasets.items()}
)
DEVICE = f"--device {SETTINGS.compute.device}"
if SETTINGS.compute.micro_batch:
    MICRO_BATCH = f"--micro-batch {SETTINGS.compute.micro_batch}"
else:
    MICRO_BATCH = ""
DOWNLOADS = " ".join(
    ["--download", *(name for name, model in SETTINGS.models.items() if model.download)]
)
if SETTINGS.compute.device == "auto":
    GPUS = int(Path("/dev/nvidia0").exists())
else:
    GPUS = int(SETTINGS.compute.device == "cuda")

# Jobs use the package of this very tree, whatever else is installed. A prefix replaces strict mode: set it again.
SEARCHED = [str(PACKAGE_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
shell.prefix(
    f"set -euo pipefail; export PYTHONPATH={shlex.quote(os.pathsep.join(SEARCHED))}; "
)


wildcard_constraints:
    dataset="|".join(map(re.escape, SETTINGS.datasets)),
    form="|".join(FORMS),
    model="|".join(map(re.escape, SETTINGS.models)),
    method="|".join(map(re.escape, SETTINGS.methods)),
    replicate=r"\d+",
    family="|".join(SETTINGS.metrics),
    shard=r"\d+",


def per_shard(pattern):
    """Expand a path pattern over every axis that it names."""
    return expand(
        pattern,
        dataset=SETTINGS.datasets,
        form=FORMS,
        model=SETTINGS.models,
        method=SETTINGS.methods,
        replicate=REPLICATES,
        family=SETTINGS.metrics,
        shard=SHARDS,
    )


def both_formats(*names):
    """Return the Parquet and the CSV file of each named table."""
    return [
        f"{TABLES}/{name}.{suffix}" for name in names for suffix in ("parquet", "csv")
    ]


def job_of_images(wildcards):
    """Return the job of an index; a folder that isn't there ends the run with one line."""
    try:
        return jobs.images_job(SETTINGS, wildcards.dataset)
    except UserError as error:
        sys.exit(f"error: {error}")


def job_of_mosaics(wildcards):
    """Return the job of a mosaic shard."""
    return jobs.mosaics_job(
        SETTINGS, wildcards.dataset, wildcards.form, int(wildcards.shard)
    )


def job_of_predictions(wildcards):
    """Return the job of a shard of predictions."""
    return jobs.predictions_job(
        SETTINGS, wildcards.dataset, wildcards.form, wildcards.model
    )


def job_of_segments(wildcards):
    """Return the job of a shard of segments."""
    return jobs.segments_job(SETTINGS, wildcards.dataset, wildcards.form)


def job_of_maps(wildcards):
    """Return the job of a shard of maps."""
    axes = (
        wildcards.dataset,
        wildcards.form,
        wildcards.model,
        wildcards.method,
        wildcards.replicate,
    )
    return jobs.maps_job(SETTINGS, *axes)


def job_of_scores(wildcards):
    """Return the job of a shard of scores."""
    return jobs.scores_job(
        wildcards.dataset,
        wildcards.form,
        wildcards.model,
        wildcards.method,
        wildcards.replicate,
        wildcards.family,
    )


def figure_outputs(group):
    """Return the files of a group of figures, marked for the Snakemake report."""
    outputs = []
    for figure in figures.figure_files(group, jobs.describe_study(SETTINGS)):
        stem = f"{RESULTS}/figures/{figure['stem']}"
        caption = f"../report/{figure['caption']}"
        shown = {"category": figure["category"], "labels": figure["labels"]}
        outputs += [report(f"{stem}.png", caption=caption, **shown), f"{stem}.svg"]
    return outputs


def announce_report():
    """Say what to open."""
    print(
        f"\nDone. Open {Path(PAGE).resolve()}\nTables: {TABLES}  Figures: {RESULTS}/figures"
    )
