# summary: all shards as one table each, statistics per method and metric, accuracy per model, cost per job.
# Requires: scores, axioms, predictions, mosaics. Makes: {RESULTS}/tables/*.parquet and *.csv


rule summary:
    input:
        both_formats(*SUMMARY_TABLES, "cost"),
    localrule: True


rule summarise_scores:
    input:
        scores=per_shard(SCORES),
        predictions=per_shard(PREDICTIONS),
        axioms=per_shard(AXIOMS),
        mosaics=per_shard(MOSAICS),
    output:
        both_formats(*SUMMARY_TABLES),
    log:
        f"{LOGS}/summary/summarise_scores.log",
    benchmark:
        f"{BENCHMARKS}/summary/summarise_scores.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of_tables,
        runtime=minutes_of_tables,
    params:
        job=jobs.study_job(SETTINGS, "summary"),
        job_file=file_of(jobs.study_job(SETTINGS, "summary")),
        tables=folder_of_output,
        results=folder_of_results,
    message:
        "summary: tables of the run"
    shell:
        "python -m saliometer.stages.summary --job {params.job_file:q} --results {params.results:q}"
        " --output-directory {params.tables:q} > {log:q} 2>&1"


rule summarise_cost:
    input:
        scores=per_shard(SCORES),
        predictions=per_shard(PREDICTIONS),
    output:
        both_formats("cost"),
    log:
        f"{LOGS}/summary/summarise_cost.log",
    benchmark:
        f"{BENCHMARKS}/summary/summarise_cost.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of_tables,
        runtime=minutes_of_tables,
    params:
        job=jobs.study_job(SETTINGS, "cost"),
        job_file=file_of(jobs.study_job(SETTINGS, "cost")),
        tables=folder_of_output,
        results=folder_of_results,
    message:
        "summary: cost of the jobs"
    shell:
        "python -m saliometer.stages.cost --job {params.job_file:q} --results {params.results:q}"
        " --output-stem {params.tables:q}/cost > {log:q} 2>&1"
