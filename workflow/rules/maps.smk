# maps: one saliency map per mosaic and asked class, by each method on each model.
# Requires: mosaics, and segments for methods that need them.
# Makes: {RESULTS}/maps/{dataset}/{form}/{model}/{method}/{replicate}/{shard}.zarr.zip, and beside them in axioms/
# a small table of what the maps promise, which stays when maps are deleted.
MAPS = product("maps")
AXIOMS = product("axioms")


rule maps:
    input:
        CHECKED,
        per_shard(MAPS),
    localrule: True


# One thread each, side by side: two torch processes with two threads each on two cores take nine times as
# long as one.
rule compute_maps:
    input:
        mosaics=MOSAICS,
        segments=segments_of_maps,
    output:
        maps=MAPS,
        axioms=AXIOMS,
    log:
        log_of("maps"),
    benchmark:
        benchmark_of("maps")
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=gpus_of("maps"),
        mem_mb=memory_of("maps"),
        runtime=minutes_of("maps"),
    params:
        job=job_of("maps"),
        job_file=file_of(job_of("maps")),
        computing=computing,
        micro_batch=micro_batch,
        method_file=method_file,
    message:
        "maps: {wildcards.method} of {wildcards.model} on {wildcards.dataset}, replicate {wildcards.replicate},"
        " shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.maps --job {params.job_file:q} --mosaics {input.mosaics:q}"
        " --segments {input.segments:q} --output {output.maps:q} --axioms {output.axioms:q}"
        " {params.computing} {params.method_file} {params.micro_batch} > {log:q} 2>&1"
