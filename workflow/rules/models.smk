# models: every model loaded once, with all methods that explain it, before anything else is computed.
# Requires: weights. Makes: {RESULTS}/models/{model}.parquet
# Nothing is made from these products, so that a check that runs again makes nothing stale; that all else
# waits for them is seen to at the start of a run (check_models_first).
MODELS = product("models")
CHECKED = per_shard(MODELS)


rule models:
    input:
        CHECKED,
    localrule: True


rule check_models:
    output:
        check=MODELS,
    log:
        log_of("models"),
    benchmark:
        benchmark_of("models")
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=memory_of("models"),
        runtime=minutes_of("models"),
    params:
        job=job_of("models"),
        job_file=file_of(job_of("models")),
        downloads=downloads,
        method_files=method_files,
    message:
        "models: check of {wildcards.model}"
    shell:
        "python -m saliometer.stages.models --job {params.job_file:q} --output {output.check:q} --device cpu"
        " {params.downloads} --method-files {params.method_files:q} > {log:q} 2>&1"
