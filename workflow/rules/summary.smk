# summary: all shards as one table each, statistics per method and metric, accuracy per model, cost per job.
# Requires: scores, axioms, predictions, mosaics. Makes: {RESULTS}/tables/*.parquet and *.csv


rule summary:
    input:
        tables_of("summary"),
        tables_of("cost"),
    localrule: True


rule summarise_scores:
    input:
        **all_inputs_of("summary"),
    output:
        tables_of("summary"),
    log:
        log_of("summary"),
    benchmark:
        benchmark_of("summary")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("summary"),
        runtime=minutes_of("summary"),
    params:
        job=job_of("summary"),
        job_file=file_of(job_of("summary")),
        tables=folder_of_output,
        results=folder_of_results,
    message:
        "summary: tables of the run"
    shell:
        "python -m saliometer.stages.summary --job {params.job_file:q} --results {params.results:q}"
        " --output-directory {params.tables:q} > {log:q} 2>&1"


rule summarise_cost:
    input:
        **all_inputs_of("cost"),
    output:
        tables_of("cost"),
    log:
        log_of("cost"),
    benchmark:
        benchmark_of("cost")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("cost"),
        runtime=minutes_of("cost"),
    params:
        job=job_of("cost"),
        job_file=file_of(job_of("cost")),
        tables=folder_of_output,
        results=folder_of_results,
    message:
        "summary: cost of the jobs"
    shell:
        "python -m saliometer.stages.cost --job {params.job_file:q} --results {params.results:q}"
        " --output-stem {params.tables:q}/cost > {log:q} 2>&1"
