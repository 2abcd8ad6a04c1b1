# predictions: what each model says of each mosaic and of its tiles alone.
# Requires: mosaics. Makes: {RESULTS}/predictions/{dataset}/{form}/{model}/{shard}.parquet
PREDICTIONS = f"{RESULTS}/predictions/{{dataset}}/{{form}}/{{model}}/{{shard}}.parquet"
BENCHMARK_OF_PREDICTIONS = (
    f"{BENCHMARKS}/predictions/{{dataset}}/{{form}}/{{model}}/{{shard}}.tsv"
)


rule predictions:
    input:
        per_shard(PREDICTIONS),
    localrule: True


rule predict_classes:
    input:
        mosaics=MOSAICS,
    output:
        predictions=PREDICTIONS,
    log:
        f"{LOGS}/predictions/{{dataset}}/{{form}}/{{model}}/{{shard}}.log",
    benchmark:
        BENCHMARK_OF_PREDICTIONS
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        gpu=GPUS,
    params:
        job=job_of_predictions,
        computing=computing,
    message:
        "predictions: {wildcards.model} on {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.predictions --job {params.job:q} --mosaics {input.mosaics:q}"
        " --output {output.predictions:q} {params.computing} > {log:q} 2>&1"
