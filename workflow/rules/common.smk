# What all rules share: the settings, the paths of the products, and the functions that list them.
import os
import re
import shlex

from saliometer.audit.ownership import may_be_ours
from saliometer.findings.figure_files import figure_files
from saliometer.config.methods import files_of_methods
from saliometer.config.study import TableStudyConfig, load_config
from saliometer.images.sources import image_root
from saliometer.models.device import gpus_per_job
from saliometer.plan import jobs, stages
from saliometer.plan.description import describe_study
from saliometer.plan.products import PAGE as PATH_OF_PAGE
from saliometer.plan.stages import STAGES
from saliometer.products import origins, paths
from saliometer.running import interruption, run_locks

# A mistake in the config or a missing folder of images is one line, before any job.
try:
    SETTINGS = load_config(config, internals.config_overrides(workflow))
    # A run of tables of scores, without images, models and maps.
    IS_TABLE_STUDY = isinstance(SETTINGS, TableStudyConfig)
    # Only the main process plans: a job on a cluster need not list all images again.
    LISTINGS = {
        name: jobs.list_images(SETTINGS, name)
        for name in SETTINGS.datasets
        if OPTIONS.is_main and not IS_TABLE_STUDY
    }
    FOLDERS_OF_IMAGES = {
        name: str(image_root(source))
        for name, source in SETTINGS.datasets.items()
        if not IS_TABLE_STUDY
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
PAGE = f"{RESULTS}/{PATH_OF_PAGE}"
MANIFEST_OF_PAGE = f"{RESULTS}/{paths.OF_RUN['report']}"
ENVIRONMENT = "../../envs/environment.yaml"
DEPTH_OF_FIGURES = 4  # figures/{group}/{dataset}/{form}/{model}/name.png
GPUS = 0 if IS_TABLE_STUDY else gpus_per_job(SETTINGS.compute.device)
SUMMARY = (
    "table_study" if IS_TABLE_STUDY else "summary"
)  # the stage that makes the table of scores

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
    return f"{RESULTS}/{STAGES[stage].pattern}"


def log_of(stage):
    """Return the path pattern of a stage's logs, which mirror its products."""
    return f"{RESULTS}/{stages.log_of(stage)}"


def benchmark_of(stage):
    """Return the path pattern of a stage's benchmarks, which mirror its products."""
    return f"{RESULTS}/{stages.benchmark_of(stage)}"


def per_shard(pattern):
    """Expand a path pattern over every axis that it names."""
    return paths.expand(pattern, AXES)


def inputs_of(stage):
    """Return the path pattern of each kind of shards that all products of a stage are made from."""
    return {kind: product(kind) for kind in STAGES[stage].inputs}


def all_inputs_of(stage):
    """Return all shards that a stage of the whole run is made from, by kind."""
    return {kind: per_shard(pattern) for kind, pattern in inputs_of(stage).items()}


def tables_of(stage):
    """Return the Parquet and the CSV file of each table that a stage writes."""
    return [f"{RESULTS}/{path}" for path in stages.table_files(stage)]


def tables_read_by(stage):
    """Return the tables that a stage reads."""
    names = origins.tables_read(stage, IS_TABLE_STUDY)
    return [f"{RESULTS}/{paths.OF_RUN['tables'].format(table=name)}" for name in names]


def listing_of(dataset):
    """Return the listing of a data set's images."""
    return LISTINGS.get(dataset) or jobs.list_images(SETTINGS, dataset)


def caption_of(kind):
    """Return the file of words for the Snakemake report: that of a kind of figure, or else what fits all."""
    name = f"{kind}.rst"
    return name if (PACKAGE_FOLDER / "report" / name).is_file() else "figure.rst"


def figure_outputs(group):
    """Return the files of a group of figures, marked for the Snakemake report."""
    outputs = []
    for figure in figure_files(group, STUDY):
        stem = f"{FIGURES}/{figure['stem']}"
        caption = f"../report/{caption_of(figure['kind'])}"
        shown = {"category": figure["category"], "labels": figure["labels"]}
        outputs += [report(f"{stem}.png", caption=caption, **shown), f"{stem}.svg"]
    # At the end: folders are read off the first.
    manifest = paths.OF_RUN["figures"].format(group=group)
    return [*outputs, f"{RESULTS}/{manifest}"] if outputs else []
