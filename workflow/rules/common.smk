# What all rules share: the settings, the paths of the products, and the functions that list them.
import json
import os
import re
import shlex
from functools import cache, partial

PACKAGE_FOLDER = Path(workflow.current_basedir).parent
sys.path.insert(0, str(PACKAGE_FOLDER))

from saliometer import demand, figures, interruption, jobs, paths
from saliometer.config import GivenConfig, load_config
from saliometer.config_methods import FileMethod, name_of, settings_of
from saliometer.errors import UserError
from saliometer.images.sources import image_root
from saliometer.methods.registry import inputs_per_map, needs_segments
from saliometer.models.device import gpus_per_job
from saliometer.overview import MapJob, follow
from saliometer.records import check_unrecorded, mend_of, recorded_files
from saliometer.wanted import (
    TABLES as TABLES_OF_JOBS,
    TABLES_OF_GIVEN,
    wanted_products,
)

# A mistake in the config or a missing folder of images is one line, before any job.
try:
    SETTINGS = load_config(config, workflow.config_settings.config)
    # A run of tables of scores, without images, models and maps.
    IS_GIVEN = isinstance(SETTINGS, GivenConfig)
    # Only the main process plans: a job on a cluster need not list all images again.
    LISTINGS = {
        name: jobs.list_images(SETTINGS, name)
        for name in SETTINGS.datasets
        if workflow.is_main_process and not IS_GIVEN
    }
    FOLDERS_OF_IMAGES = {
        name: str(image_root(source))
        for name, source in SETTINGS.datasets.items()
        if not IS_GIVEN
    }
    STUDY = jobs.describe_study(SETTINGS)
except UserError as error:
    sys.exit(f"error: {error}")

AXES = paths.axes_of_study(STUDY)
RESULTS = f"results/{SETTINGS.run}"
# Before Snakemake looks for the locks of others, and until this process ends.
LOCK = (
    interruption.hold(Path(".snakemake"), Path(RESULTS))
    if workflow.is_main_process
    else None
)
TABLES = f"{RESULTS}/tables"
FIGURES = f"{RESULTS}/figures"
PAGE = f"{RESULTS}/report/index.html"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"
ENVIRONMENT = "../../envs/environment.yaml"
# What plans nothing must work whatever lies in the results.
UTILITIES = {"--unlock", "--lint", "--cleanup-metadata", "--cm", "--list-rules"}
DEPTH_OF_FIGURES = 4  # figures/{group}/{dataset}/{form}/{model}/name.png
GPUS = 0 if IS_GIVEN else gpus_per_job(SETTINGS.compute.device)
SUMMARY_TABLES = TABLES_OF_GIVEN["given"] if IS_GIVEN else TABLES_OF_JOBS["summary"]

# Jobs use the package of this very tree, whatever else is installed. A prefix replaces strict mode: set it again.
SEARCHED = [str(PACKAGE_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
# Jobs stop when this process is gone: see saliometer.stages.command.
shell.prefix(
    f"set -euo pipefail; export PYTHONPATH={shlex.quote(os.pathsep.join(SEARCHED))}"
    f" SALIOMETER_WORKFLOW={os.getpid()}; "
)


wildcard_constraints:
    dataset="|".join(map(re.escape, AXES["dataset"])),
    form="|".join(map(re.escape, AXES["form"])),
    model="|".join(map(re.escape, AXES["model"])),
    method="|".join(map(re.escape, STUDY["methods"])),
    replicate=r"\d+",
    family="|".join(AXES["family"]),
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


def listing_of(dataset):
    """Return the listing of a data set's images."""
    return LISTINGS.get(dataset) or jobs.list_images(SETTINGS, dataset)


# Most jobs of a shard read like those of all its siblings: each text is made once and not thousands of times.
JOBS_OF_AXES = {
    "predictions": partial(jobs.predictions_job, SETTINGS),
    "segments": partial(jobs.segments_job, SETTINGS),
    "maps": partial(jobs.maps_job, SETTINGS),
    "scores": partial(jobs.scores_job, SETTINGS),
}


@cache
def job_of_axes(stage, *axes):
    """Return the job of a stage that all shards of the same axes share."""
    return JOBS_OF_AXES[stage](*axes)


def job_of_images(wildcards):
    """Return the job of an index."""
    return jobs.images_job(SETTINGS, wildcards.dataset, listing_of(wildcards.dataset))


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


def segments_of_maps(wildcards):
    """Return the superpixels that a shard of maps needs: none for most methods."""
    needed = needs_segments(name_of(SETTINGS.methods[wildcards.method]))
    return SEGMENTS.format(**wildcards) if needed else []


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


def method_file(wildcards, resources):
    """Return the option that says where the file of a user's own method lies now."""
    block = SETTINGS.methods[wildcards.method]
    is_file = isinstance(block, FileMethod)
    return f"--method-file {shlex.quote(block.file)}" if is_file else ""


def micro_batch(wildcards, resources):
    """Return the option for the images in one pass, where the config gives a number."""
    size = SETTINGS.compute.micro_batch
    return f"--micro-batch {size}" if size else ""


# What jobs ask their scheduler for: more at each further attempt. Inside the job of a cluster all is granted.
def growing(estimate):
    """Make an estimate for a job (wildcards to a number) one that grows with each attempt."""

    def demanded(wildcards, attempt):
        return attempt * estimate(wildcards) if workflow.is_main_process else 1

    return demanded


def extent(wildcards):
    """Return how much the shard of a job holds."""
    images_of_class = listing_of(wildcards.dataset).images_of_class
    return demand.shard_extent(
        images_of_class, SETTINGS.mosaics, int(wildcards.get("shard", 0))
    )


def memory_of(stage):
    """Return the function that says how many megabytes a job of a stage asks for."""
    gpus = GPUS if stage in ("predictions", "maps") else 0
    return growing(
        lambda wildcards: demand.shard_memory(
            stage, extent(wildcards), gpus, SETTINGS.compute.micro_batch
        )
    )


def minutes_of(stage):
    """Return the function that says how many minutes a job of a stage asks for."""

    def estimate(wildcards):
        if stage == "images":
            images_of_class = listing_of(wildcards.dataset).images_of_class
            return demand.index_minutes(sum(images_of_class.values()))
        passes = 1
        if stage == "maps":
            block = SETTINGS.methods[wildcards.method]
            passes = inputs_per_map(name_of(block), settings_of(block))
        gpus = GPUS if stage in ("predictions", "maps") else 0
        return demand.shard_minutes(stage, extent(wildcards), gpus, passes)

    return growing(estimate)


def n_scores():
    """Return how many maps of the run are scored."""
    if IS_GIVEN:
        tables = jobs.given_tables(SETTINGS).values()
        return sum(len(table.scores) for table in tables)
    images_of = {name: listing_of(name).images_of_class for name in SETTINGS.datasets}
    return demand.n_maps(images_of, SETTINGS.mosaics) * len(
        paths.combinations("{model} {method} {replicate}", AXES)
    )


memory_of_tables = growing(lambda wildcards: demand.tables_memory(n_scores()))
minutes_of_tables = growing(lambda wildcards: demand.tables_minutes(n_scores()))


def figure_outputs(group):
    """Return the files of a group of figures, marked for the Snakemake report."""
    outputs = []
    for figure in figures.figure_files(group, STUDY):
        stem = f"{FIGURES}/{figure['stem']}"
        caption = f"../report/{figure['caption']}"
        shown = {"category": figure["category"], "labels": figure["labels"]}
        outputs += [report(f"{stem}.png", caption=caption, **shown), f"{stem}.svg"]
    return outputs


FOLLOWED = []


def follow_maps():
    """Begin to tell how many maps of the run are done."""
    map_jobs = [
        MapJob(
            extent(job.wildcards).questions,
            Path(job.log[0]),
            partial(_is_done, job),
        )
        for job in workflow.dag.jobs
        if job.rule.name == "compute_maps"
    ]
    if map_jobs:
        FOLLOWED.append(follow(map_jobs))


def _is_done(job):
    return not workflow.dag.needrun(job) or workflow.dag.finished(job)


def end_of_maps():
    """Tell how many maps there are in the end."""
    for end in FOLLOWED:
        end()


def start_run():
    """Prepare the run to be stopped, in the main process, once Snakemake has locked the folder."""
    if LOCK:
        interruption.sign(LOCK)
    interruption.stop_jobs_when_stopped()


def check_results():
    """Stop with one line when results that Snakemake has no record of were made with other settings or code."""
    elsewhere = (
        workflow.storage_settings.default_storage_provider
        or workflow.workflow_settings.persistence_backend.name != "FILE"
    )
    if not workflow.is_main_process or elsewhere or UTILITIES & set(sys.argv):
        return
    configs = workflow.config_settings
    mend = mend_of(RESULTS, configs.configfiles, configs.config)
    try:
        products = wanted_products(SETTINGS, listing_of)
        recorded = recorded_files(Path(".snakemake"))
        check_unrecorded(Path(RESULTS), products, recorded, mend)
    except UserError as error:
        sys.exit(f"error: {error}")


def announce_report():
    """Say what to open, once there is a page."""
    if Path(PAGE).is_file():
        print(
            f"\nDone. Open {Path(PAGE).resolve()}\nTables: {TABLES}  Figures: {FIGURES}"
        )
