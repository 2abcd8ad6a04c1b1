# reliability: the psychometric coefficients of the scores, each with interval and sample sizes.
# Requires: tables scores, tiles and predictions (of given scores: scores). Makes: {RESULTS}/tables/reliability.parquet and .csv
TABLES_OF_RELIABILITY = ["scores"] if IS_GIVEN else ["scores", "tiles", "predictions"]


rule reliability:
    input:
        both_formats("reliability"),
    localrule: True


rule estimate_reliability:
    input:
        [f"{TABLES}/{name}.parquet" for name in TABLES_OF_RELIABILITY],
    output:
        both_formats("reliability"),
    log:
        f"{LOGS}/reliability/estimate_reliability.log",
    benchmark:
        f"{BENCHMARKS}/reliability/estimate_reliability.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of_tables,
        runtime=minutes_of_tables,
    params:
        job=jobs.study_job(SETTINGS, "reliability"),
        job_file=file_of(jobs.study_job(SETTINGS, "reliability")),
        tables=folder_of_tables,
        written=folder_of_output,
    message:
        "reliability: coefficients of the scores"
    shell:
        "python -m saliometer.stages.reliability --job {params.job_file:q} --tables {params.tables:q}"
        " --output-stem {params.written:q}/reliability > {log:q} 2>&1"
