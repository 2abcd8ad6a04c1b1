# summary, of scores that were computed elsewhere: the tables are read, checked and described.
# Requires: the tables of the config. Makes: {RESULTS}/tables/*.parquet and *.csv
CHECKED = []  # no model computes anything


rule summary:
    input:
        tables_of("given"),
    localrule: True


rule read_scores:
    output:
        tables_of("given"),
    log:
        log_of("given"),
    benchmark:
        benchmark_of("given")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("given"),
        runtime=minutes_of("given"),
    params:
        job=job_of("given"),
        job_file=file_of(job_of("given")),
        sources=sources,
        tables=folder_of_output,
    message:
        "summary: tables of the given scores"
    shell:
        "python -m saliometer.stages.given --job {params.job_file:q} --sources {params.sources:q}"
        " --output-directory {params.tables:q} > {log:q} 2>&1"
