# segments: superpixels of every mosaic, once for all models and methods that need them.
# Requires: mosaics. Makes: {RESULTS}/segments/{dataset}/{form}/{shard}.zarr.zip
SEGMENTS = product("segments")


rule segments:
    input:
        per_shard(SEGMENTS),
    localrule: True


rule segment_mosaics:
    input:
        **inputs_of("segments"),
    output:
        segments=SEGMENTS,
    log:
        log_of("segments"),
    benchmark:
        benchmark_of("segments")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("segments"),
        runtime=minutes_of("segments"),
    params:
        job=job_of("segments"),
        job_file=file_of(job_of("segments")),
    message:
        "segments: {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.segments --job {params.job_file:q} --mosaics {input.mosaics:q}"
        " --output {output.segments:q} > {log:q} 2>&1"
