# summary, of scores that were computed elsewhere: the tables are read, checked and described.
# Requires: the tables of the config. Makes: {RESULTS}/tables/*.parquet and *.csv
CHECKED = []  # no model computes anything


rule summary:
    input:
        tables_of("table_study"),
    localrule: True


rule read_scores:
    output:
        tables_of("table_study"),
    log:
        log_of("table_study"),
    benchmark:
        benchmark_of("table_study")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("table_study"),
        runtime=minutes_of("table_study"),
    params:
        job=job_of("table_study"),
        job_file=file_of(job_of("table_study")),
        sources=sources,
        tables=folder_of_output,
    message:
        "summary: the tables of scores"
    shell:
        "python -m saliometer.stages.table_study --job {params.job_file:q} --sources {params.sources:q}"
        " --output-directory {params.tables:q} > {log:q} 2>&1"
