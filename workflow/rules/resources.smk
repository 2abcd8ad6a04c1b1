# What jobs ask for: megabytes and minutes by the size of their shards.
from saliometer.config.methods import name_of, settings_of
from saliometer.methods.registry import spec_of
from saliometer.plan import resources as needs
from saliometer.table_study.study import read_tables


# What jobs ask their scheduler for: more at each further attempt. Inside the job of a cluster all is granted.
def growing(estimate):
    """Make an estimate for a job (wildcards to a number) one that grows with each attempt."""

    def demanded(wildcards, attempt):
        return attempt * estimate(wildcards) if OPTIONS.is_main else 1

    return demanded


def extent(wildcards):
    """Return how much the shard of a job holds; the check of a model, one mosaic."""
    if "dataset" not in wildcards.keys():
        return needs.Extent(1, 1, needs.pixels_of_mosaic(SETTINGS.mosaics))
    images_of_class = listing_of(wildcards.dataset).images_of_class
    return needs.shard_extent(
        images_of_class, SETTINGS.mosaics, int(wildcards.get("shard", 0))
    )


def gpus_of(stage):
    """Return how many GPUs a job of a stage asks for."""
    return GPUS if STAGES[stage].networks == "device" else 0


def memory_of(stage):
    """Return the function that says how many megabytes a job of a stage asks for."""

    def estimate(wildcards):
        if not STAGES[stage].pattern:
            return needs.tables_memory(stage, n_scores())
        batch = SETTINGS.compute.micro_batch
        return needs.shard_memory(stage, extent(wildcards), gpus_of(stage), batch)

    return growing(estimate)


def minutes_of(stage):
    """Return the function that says how many minutes a job of a stage asks for."""

    def estimate(wildcards):
        if not STAGES[stage].pattern:
            return needs.tables_minutes(n_scores())
        if stage == "images":
            images_of_class = listing_of(wildcards.dataset).images_of_class
            return needs.index_minutes(sum(images_of_class.values()))
        passes = 1
        if stage == "maps":
            block = SETTINGS.methods[wildcards.method]
            passes = spec_of(name_of(block)).inputs_per_map(settings_of(block))
        return needs.shard_minutes(stage, extent(wildcards), gpus_of(stage), passes)

    return growing(estimate)


def n_scores():
    """Return how many maps of the run are scored."""
    if IS_TABLE_STUDY:
        tables = read_tables(SETTINGS.datasets).values()
        return sum(len(table.scores) for table in tables)
    images_of = {name: listing_of(name).images_of_class for name in SETTINGS.datasets}
    return needs.n_maps(images_of, SETTINGS.mosaics) * len(
        paths.combinations("{model} {method} {replicate}", AXES)
    )
