# scores: the masses and metrics of every map, one metric family a job.
# Requires: maps, mosaics. Makes: {RESULTS}/scores/{dataset}/{form}/{model}/{method}/{replicate}/{family}/{shard}.parquet
SCORES = product("scores")


rule scores:
    input:
        CHECKED,
        per_shard(SCORES),
    localrule: True


rule score_maps:
    input:
        **inputs_of("scores"),
    output:
        scores=SCORES,
    log:
        log_of("scores"),
    benchmark:
        benchmark_of("scores")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("scores"),
        runtime=minutes_of("scores"),
    params:
        job=job_of("scores"),
        job_file=file_of(job_of("scores")),
    message:
        "scores: {wildcards.family} of {wildcards.method} of {wildcards.model} on {wildcards.dataset},"
        " replicate {wildcards.replicate}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.scores --job {params.job_file:q} --maps {input.maps:q}"
        " --mosaics {input.mosaics:q} --output {output.scores:q} > {log:q} 2>&1"
