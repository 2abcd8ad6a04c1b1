# mosaics: shards of drawn and rendered mosaics, a block of rounds over all classes each.
# Requires: {RESULTS}/images/{dataset}.parquet. Makes: {RESULTS}/mosaics/{dataset}/{form}/{shard}.zarr.zip
MOSAICS = RESULTS + "/mosaics/{dataset}/{form}/{shard}.zarr.zip"


rule mosaics:
    input:
        per_shard(MOSAICS),
    localrule: True


rule draw_mosaics:
    input:
        index=IMAGES,
    output:
        mosaics=MOSAICS,
    log:
        LOGS + "/mosaics/{dataset}/{form}/{shard}.log",
    benchmark:
        BENCHMARKS + "/mosaics/{dataset}/{form}/{shard}.tsv"
    conda:
        ENVIRONMENT
    params:
        job=job_of_mosaics,
    message:
        "mosaics: {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.mosaics --job {params.job:q} --sources {SOURCES:q}"
        " --index {input.index:q} --output {output.mosaics:q} > {log:q} 2>&1"
