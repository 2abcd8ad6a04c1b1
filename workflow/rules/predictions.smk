# predictions: what each model says of each mosaic and of its tiles alone.
# Requires: mosaics. Makes: {RESULTS}/predictions/{dataset}/{form}/{model}/{shard}.parquet
PREDICTIONS = product("predictions")


rule predictions:
    input:
        CHECKED,
        per_shard(PREDICTIONS),
    localrule: True


rule predict_classes:
    input:
        **inputs_of("predictions"),
    output:
        predictions=PREDICTIONS,
    log:
        log_of("predictions"),
    benchmark:
        benchmark_of("predictions")
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=gpus_of("predictions"),
        mem_mb=memory_of("predictions"),
        runtime=minutes_of("predictions"),
    params:
        job=job_of("predictions"),
        job_file=file_of(job_of("predictions")),
        computing=computing,
        micro_batch=micro_batch,
    message:
        "predictions: {wildcards.model} on {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.predictions --job {params.job_file:q} --mosaics {input.mosaics:q}"
        " --output {output.predictions:q} {params.computing} {params.micro_batch} > {log:q} 2>&1"
