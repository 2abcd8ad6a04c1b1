# What all rules share: the settings, the paths of the products, and the functions that list them.
import json
import os
import re
import shlex
from functools import cache, partial

PACKAGE_FOLDER = Path(workflow.current_basedir).parent
sys.path.insert(0, str(PACKAGE_FOLDER))

from saliometer import figures, jobs, paths
from saliometer.config import load_config
from saliometer.errors import UserError
from saliometer.images.sources import image_root
from saliometer.models.device import gpus_per_job

# A mistake in the config or a missing folder of images is one line, before any job.
try:
    SETTINGS = load_config(config, workflow.config_settings.config)
    JOBS_OF_IMAGES = {
        name: jobs.images_job(SETTINGS, name) for name in SETTINGS.datasets
    }
    FOLDERS_OF_IMAGES = {
        name: str(image_root(source)) for name, source in SETTINGS.datasets.items()
    }
except UserError as error:
    sys.exit(f"error: {error}")

STUDY = jobs.describe_study(SETTINGS)
AXES = paths.axes_of_study(STUDY)
RESULTS = f"results/{SETTINGS.run}"
TABLES = f"{RESULTS}/tables"
FIGURES = f"{RESULTS}/figures"
PAGE = f"{RESULTS}/report/index.html"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"
ENVIRONMENT = "../../envs/environment.yaml"
DEPTH_OF_FIGURES = 4  # figures/{group}/{dataset}/{form}/{model}/name.png
GPUS = gpus_per_job(SETTINGS.compute.device)
SUMMARY_TABLES = [
    "scores",
    "summary",
    "undefined",
    "predictions",
    "accuracy",
    "tiles",
    "image_use",
]

# Jobs use the package of this very tree, whatever else is installed. A prefix replaces strict mode: set it again.
SEARCHED = [str(PACKAGE_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
shell.prefix(
    f"set -euo pipefail; export PYTHONPATH={shlex.quote(os.pathsep.join(SEARCHED))}; "
)


wildcard_constraints:
    dataset="|".join(map(re.escape, SETTINGS.datasets)),
    form="|".join(AXES["form"]),
    model="|".join(map(re.escape, SETTINGS.models)),
    method="|".join(map(re.escape, SETTINGS.methods)),
    replicate=r"\d+",
    family="|".join(SETTINGS.metrics),
    shard=r"\d+",


def product(stage):
    """Return the path pattern of a stage's products."""
    return f"{RESULTS}/{paths.PATTERNS[stage]}"


def log_of(stage):
    """Return the path pattern of a stage's logs, which mirror its products."""
    return paths.log_pattern(f"{RESULTS}/logs", stage, ".log")


def benchmark_of(stage):
    """Return the path pattern of a stage's benchmarks, which mirror its products."""
    return paths.log_pattern(f"{RESULTS}/benchmarks", stage, ".tsv")


def per_shard(pattern):
    """Expand a path pattern over every axis that it names."""
    return paths.expand(pattern, AXES)


def both_formats(*names):
    """Return the Parquet and the CSV file of each named table."""
    return [
        f"{TABLES}/{name}.{suffix}" for name in names for suffix in ("parquet", "csv")
    ]


# Most jobs of a shard read like those of all its siblings: each text is made once and not thousands of times.
JOBS_OF_AXES = {
    "predictions": partial(jobs.predictions_job, SETTINGS),
    "segments": partial(jobs.segments_job, SETTINGS),
    "maps": partial(jobs.maps_job, SETTINGS),
    "scores": jobs.scores_job,
}


@cache
def job_of_axes(stage, *axes):
    """Return the job of a stage that all shards of the same axes share."""
    return JOBS_OF_AXES[stage](*axes)


def job_of_images(wildcards):
    """Return the job of an index."""
    return JOBS_OF_IMAGES[wildcards.dataset]


def job_of_mosaics(wildcards):
    """Return the job of a mosaic shard."""
    return jobs.mosaics_job(
        SETTINGS, wildcards.dataset, wildcards.form, int(wildcards.shard)
    )


def job_of_predictions(wildcards):
    """Return the job of a shard of predictions."""
    return job_of_axes(
        "predictions", wildcards.dataset, wildcards.form, wildcards.model
    )


def job_of_segments(wildcards):
    """Return the job of a shard of segments."""
    return job_of_axes("segments", wildcards.dataset, wildcards.form)


def job_of_maps(wildcards):
    """Return the job of a shard of maps."""
    axes = (
        wildcards.dataset,
        wildcards.form,
        wildcards.model,
        wildcards.method,
        wildcards.replicate,
    )
    return job_of_axes("maps", *axes)


def job_of_scores(wildcards):
    """Return the job of a shard of scores."""
    return job_of_axes(
        "scores",
        wildcards.dataset,
        wildcards.form,
        wildcards.model,
        wildcards.method,
        wildcards.replicate,
        wildcards.family,
    )


def folder_of_mosaics(wildcards):
    """Return the folder of a data set's mosaic shards."""
    return f"{RESULTS}/mosaics/{wildcards.dataset}"


# Folders are read off the job's own files, which a storage plugin may have put elsewhere.
def folder_of_tables(wildcards, input):
    """Return the folder of the tables that a job reads; the first input is one of them."""
    return str(Path(input[0]).parent)


def folder_of_output(wildcards, output):
    """Return the folder of the tables that a job writes."""
    return str(Path(output[0]).parent)


def folder_of_results(wildcards, input):
    """Return the results folder of a run, which holds the inputs named scores."""
    return str(Path(input.scores[0]).parents[paths.PATTERNS["scores"].count("/")])


def folder_of_panels(wildcards, input):
    """Return the results folder of a run, which holds the inputs named maps."""
    return str(Path(input.maps[0]).parents[paths.PATTERNS["maps"].count("/")])


def folder_of_figures(wildcards, output):
    """Return the folder of all figures that holds the first output."""
    return str(Path(output[0]).parents[DEPTH_OF_FIGURES])


def folder_of_read_figures(wildcards, input):
    """Return the folder of all figures that holds the first of the inputs named figures."""
    return str(Path(input.figures[0]).parents[DEPTH_OF_FIGURES])


# Where images lie, which device computes and in what batches can't change a result. Snakemake does not
# track params that ask for the job's resources, so these make nothing stale.
def sources(wildcards, resources):
    """Return where the images of each data set lie now, as JSON."""
    return json.dumps(
        {name: source.model_dump() for name, source in SETTINGS.datasets.items()}
    )


def folder_of_images(wildcards, resources):
    """Return the folder where the images of a data set lie now."""
    return FOLDERS_OF_IMAGES[wildcards.dataset]


def computing(wildcards, resources):
    """Return the options that say where networks run and which weights may be fetched."""
    fetched = [name for name, model in SETTINGS.models.items() if model.download]
    device = f"--device {SETTINGS.compute.device} --granted-gpus {resources.gpu}"
    return " ".join([device, "--download", *fetched])


def micro_batch(wildcards, resources):
    """Return the option for the images in one pass, where the config gives a number."""
    size = SETTINGS.compute.micro_batch
    return f"--micro-batch {size}" if size else ""


def figure_outputs(group):
    """Return the files of a group of figures, marked for the Snakemake report."""
    outputs = []
    for figure in figures.figure_files(group, STUDY):
        stem = f"{FIGURES}/{figure['stem']}"
        caption = f"../report/{figure['caption']}"
        shown = {"category": figure["category"], "labels": figure["labels"]}
        outputs += [report(f"{stem}.png", caption=caption, **shown), f"{stem}.svg"]
    return outputs


def announce_report():
    """Say what to open, once there is a page."""
    if Path(PAGE).is_file():
        print(
            f"\nDone. Open {Path(PAGE).resolve()}\nTables: {TABLES}  Figures: {FIGURES}"
        )
