# maps: one saliency map per mosaic and asked class, by each method on each model.
# Requires: mosaics. Makes: {RESULTS}/maps/{dataset}/{form}/{model}/{method}/{replicate}/{shard}.zarr.zip
MAPS = product("maps")


rule maps:
    input:
        per_shard(MAPS),
    localrule: True


# One thread each, side by side: two torch processes with two threads each on two cores take nine times as
# long as one.
rule compute_maps:
    input:
        mosaics=MOSAICS,
    output:
        maps=MAPS,
    log:
        log_of("maps"),
    benchmark:
        benchmark_of("maps")
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=GPUS,
        mem_mb=memory_of("maps"),
        runtime=minutes_of("maps"),
    params:
        job=job_of_maps,
        computing=computing,
        micro_batch=micro_batch,
    message:
        "maps: {wildcards.method} of {wildcards.model} on {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.maps --job {params.job:q} --mosaics {input.mosaics:q}"
        " --output {output.maps:q} {params.computing} {params.micro_batch} > {log:q} 2>&1"
