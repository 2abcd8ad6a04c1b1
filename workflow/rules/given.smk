# summary, of scores that were computed elsewhere: the tables are read, checked and described.
# Requires: the tables of the config. Makes: {RESULTS}/tables/{scores,summary,undefined}.parquet and .csv
CHECKED = []  # no model computes anything


rule summary:
    input:
        both_formats(*SUMMARY_TABLES),
    localrule: True


rule read_scores:
    output:
        both_formats(*SUMMARY_TABLES),
    log:
        f"{LOGS}/summary/read_scores.log",
    benchmark:
        f"{BENCHMARKS}/summary/read_scores.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of_tables,
        runtime=minutes_of_tables,
    params:
        job=jobs.study_job(SETTINGS, "given"),
        job_file=file_of(jobs.study_job(SETTINGS, "given")),
        sources=sources,
        tables=folder_of_output,
    message:
        "summary: tables of the given scores"
    shell:
        "python -m saliometer.stages.given --job {params.job_file:q} --sources {params.sources:q}"
        " --output-directory {params.tables:q} > {log:q} 2>&1"
