# mosaics: shards of drawn and rendered mosaics, a block of rounds each.
# Requires: {RESULTS}/images/{dataset}.parquet. Makes: {RESULTS}/mosaics/{dataset}/{form}/{shard}.zarr.zip
MOSAICS = product("mosaics")


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
        log_of("mosaics"),
    benchmark:
        benchmark_of("mosaics")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("mosaics"),
        runtime=minutes_of("mosaics"),
    params:
        job=job_of("mosaics"),
        job_file=file_of(job_of("mosaics")),
        images=folder_of_images,
    message:
        "mosaics: {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.mosaics --job {params.job_file:q} --images {params.images:q}"
        " --index {input.index:q} --output {output.mosaics:q} > {log:q} 2>&1"
