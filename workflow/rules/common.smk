# What all rules share: the settings, the paths of the products, and the functions that list them.
import os
import re
import shlex

from saliometer import figures
from saliometer.audit.ownership import may_be_ours
from saliometer.config.methods import files_of_methods
from saliometer.config.study import GivenConfig, load_config
from saliometer.images.sources import image_root
from saliometer.models.device import gpus_per_job
from saliometer.plan import jobs
from saliometer.plan.description import describe_study
from saliometer.plan.products import TABLES as TABLES_OF_JOBS, TABLES_OF_GIVEN
from saliometer.products import paths
from saliometer.running import interruption, run_locks

# A mistake in the config or a missing folder of images is one line, before any job.
try:
    SETTINGS = load_config(config, internals.config_overrides(workflow))
    # A run of tables of scores, without images, models and maps.
    IS_GIVEN = isinstance(SETTINGS, GivenConfig)
    # Only the main process plans: a job on a cluster need not list all images again.
    LISTINGS = {
        name: jobs.list_images(SETTINGS, name)
        for name in SETTINGS.datasets
        if OPTIONS.is_main and not IS_GIVEN
    }
    FOLDERS_OF_IMAGES = {
        name: str(image_root(source))
        for name, source in SETTINGS.datasets.items()
        if not IS_GIVEN
    }
    STUDY = describe_study(SETTINGS)
except UserError as error:
    sys.exit(f"error: {error}")

# Methods of one's own are read, and run, from the copies that the plan keeps.
PLAN = write_plan(files_of_methods(SETTINGS)) if COPY else plan_of_this_job()
for name, file in (snapshot.methods_of(PLAN) if PLAN else {}).items():
    SETTINGS.methods[name] = SETTINGS.methods[name].model_copy(update={"file": file})

AXES = paths.axes_of_study(STUDY)
RESULTS = f"results/{SETTINGS.run}"
# Before Snakemake looks for the locks of others, and until this process ends.
LOCK = (
    run_locks.hold(internals.FOLDER, Path(RESULTS), may_be_ours)
    if OPTIONS.is_main
    else None
)
TABLES = f"{RESULTS}/tables"
FIGURES = f"{RESULTS}/figures"
PAGE = f"{RESULTS}/report/index.html"
MANIFEST_OF_PAGE = f"{RESULTS}/report/{paths.MANIFEST}"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"
ENVIRONMENT = "../../envs/environment.yaml"
DEPTH_OF_FIGURES = 4  # figures/{group}/{dataset}/{form}/{model}/name.png
GPUS = 0 if IS_GIVEN else gpus_per_job(SETTINGS.compute.device)
SUMMARY_TABLES = TABLES_OF_GIVEN["given"] if IS_GIVEN else TABLES_OF_JOBS["summary"]

# Jobs use this package, whatever else is installed. A prefix replaces strict mode: set it again.
SEARCHED = [str(PACKAGE_FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])]
# Jobs stop when this process is gone: see saliometer.stages.command. The command replaces the shell, which
# would print the whole of it where the system kills it.
shell.prefix(
    f"set -euo pipefail; export PYTHONPATH={shlex.quote(os.pathsep.join(SEARCHED))}"
    f" SALIOMETER_WORKFLOW={os.getpid()}; exec "
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


def figure_outputs(group):
    """Return the files of a group of figures, marked for the Snakemake report."""
    outputs = []
    for figure in figures.figure_files(group, STUDY):
        stem = f"{FIGURES}/{figure['stem']}"
        caption = f"../report/{figure['caption']}"
        shown = {"category": figure["category"], "labels": figure["labels"]}
        outputs += [report(f"{stem}.png", caption=caption, **shown), f"{stem}.svg"]
    # At the end: folders are read off the first.
    return [*outputs, f"{FIGURES}/{group}/{paths.MANIFEST}"] if outputs else []
