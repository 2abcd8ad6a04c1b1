# scores: the masses and metrics of every map, one metric family a job.
# Requires: maps, mosaics. Makes: {RESULTS}/scores/{dataset}/{form}/{model}/{method}/{replicate}/{family}/{shard}.parquet
AXES_OF_SCORES = f"{AXES_OF_MAPS}/{{family}}"
SCORES = f"{RESULTS}/scores/{AXES_OF_SCORES}/{{shard}}.parquet"


rule scores:
    input:
        per_shard(SCORES),
    localrule: True


rule score_maps:
    input:
        maps=MAPS,
        mosaics=MOSAICS,
    output:
        scores=SCORES,
    log:
        f"{LOGS}/scores/{AXES_OF_SCORES}/{{shard}}.log",
    benchmark:
        f"{BENCHMARKS}/scores/{AXES_OF_SCORES}/{{shard}}.tsv"
    conda:
        ENVIRONMENT
    params:
        job=job_of_scores,
    message:
        "scores: {wildcards.family} of {wildcards.method} on {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.scores --job {params.job:q} --maps {input.maps:q}"
        " --mosaics {input.mosaics:q} --output {output.scores:q} > {log:q} 2>&1"
