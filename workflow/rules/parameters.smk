# What jobs are told: the canonical text of each, and the folders and options that can change no result.
import json
import shlex

from saliometer.config.methods import FileMethod

TEXT_OF_JOB = stages.job_texts(SETTINGS, listing_of)


def job_of(stage):
    """Return the function that gives the text of a stage's job, from the wildcards that tell its jobs apart."""

    def text(wildcards):
        return TEXT_OF_JOB(stage, wildcards)

    return text


def segments_of_maps(wildcards):
    """Return the superpixels that a shard of maps needs: none for most methods."""
    needed = "segments" in stages.inputs_of(SETTINGS, "maps", wildcards)
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
    return str(Path(input.scores[0]).parents[STAGES["scores"].pattern.count("/")])


def folder_of_panels(wildcards, input):
    """Return the results folder of a run, which holds the inputs named maps."""
    return str(Path(input.maps[0]).parents[STAGES["maps"].pattern.count("/")])


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
    device = f"--device {SETTINGS.compute.device} --granted-gpus {resources.gpu}"
    return f"{device} {downloads(wildcards, resources)}"


def downloads(wildcards, resources):
    """Return the option that says which weights may be fetched."""
    fetched = [name for name, model in SETTINGS.models.items() if model.download]
    return " ".join(["--download", *fetched])


def method_file(wildcards, resources):
    """Return the option that says where the file of a user's own method lies now."""
    block = SETTINGS.methods[wildcards.method]
    is_file = isinstance(block, FileMethod)
    return f"--method-file {shlex.quote(block.file)}" if is_file else ""


def method_files(wildcards, resources):
    """Return where the files of the user's own methods lie now, as JSON."""
    files = {
        name: block.file
        for name, block in SETTINGS.methods.items()
        if isinstance(block, FileMethod)
    }
    return json.dumps(files)


def micro_batch(wildcards, resources):
    """Return the option for the images in one pass, where the config gives a number."""
    size = SETTINGS.compute.micro_batch
    return f"--micro-batch {size}" if size else ""
