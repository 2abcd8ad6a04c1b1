# reliability: the psychometric coefficients of the scores, each with interval and sample sizes.
# Requires: tables of the scores. Makes: {RESULTS}/tables/reliability.parquet and .csv


rule reliability:
    input:
        tables_of("reliability"),
    localrule: True


rule estimate_reliability:
    input:
        tables_read_by("reliability"),
    output:
        tables_of("reliability"),
    log:
        log_of("reliability"),
    benchmark:
        benchmark_of("reliability")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("reliability"),
        runtime=minutes_of("reliability"),
    params:
        job=job_of("reliability"),
        job_file=file_of(job_of("reliability")),
        tables=folder_of_tables,
        written=folder_of_output,
    message:
        "reliability: coefficients of the scores"
    shell:
        "python -m saliometer.stages.reliability --job {params.job_file:q} --tables {params.tables:q}"
        " --output-stem {params.written:q}/reliability > {log:q} 2>&1"
