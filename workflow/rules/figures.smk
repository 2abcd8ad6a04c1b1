# figures: all figures, one job per group, from tables (panels from shards too).
# Requires: tables, mosaics and maps. Makes: {RESULTS}/figures/{group}/*.png and *.svg, and a manifest of their digests


rule figures:
    input:
        *figure_outputs("scores"),
        *figure_outputs("reliability"),
        *figure_outputs("panels"),
    localrule: True


rule plot_scores:
    input:
        both_formats(*SUMMARY_TABLES),
    output:
        *figure_outputs("scores"),
    log:
        f"{LOGS}/figures/scores.log",
    benchmark:
        f"{BENCHMARKS}/figures/scores.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of_tables,
        runtime=minutes_of_tables,
    params:
        job=jobs.study_job(SETTINGS, "figures"),
        job_file=file_of(jobs.study_job(SETTINGS, "figures")),
        tables=folder_of_tables,
        figures=folder_of_figures,
    message:
        "figures: distributions of the scores"
    shell:
        "python -m saliometer.stages.figures --group scores --job {params.job_file:q} --tables {params.tables:q}"
        " --output-directory {params.figures:q} > {log:q} 2>&1"


rule plot_reliability:
    input:
        both_formats("reliability"),
    output:
        *figure_outputs("reliability"),
    log:
        f"{LOGS}/figures/reliability.log",
    benchmark:
        f"{BENCHMARKS}/figures/reliability.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of_tables,
        runtime=minutes_of_tables,
    params:
        job=jobs.study_job(SETTINGS, "figures"),
        job_file=file_of(jobs.study_job(SETTINGS, "figures")),
        tables=folder_of_tables,
        figures=folder_of_figures,
    message:
        "figures: reliability of the scores"
    shell:
        "python -m saliometer.stages.figures --group reliability --job {params.job_file:q} --tables {params.tables:q}"
        " --output-directory {params.figures:q} > {log:q} 2>&1"


if not IS_GIVEN:

    rule plot_panels:
        input:
            tables=both_formats(*SUMMARY_TABLES),
            mosaics=per_shard(MOSAICS),
            maps=per_shard(MAPS),
        output:
            *figure_outputs("panels"),
        log:
            f"{LOGS}/figures/panels.log",
        benchmark:
            f"{BENCHMARKS}/figures/panels.tsv"
        conda:
            ENVIRONMENT
        resources:
            mem_mb=memory_of_tables,
            runtime=minutes_of_tables,
        params:
            job=jobs.study_job(SETTINGS, "figures"),
            job_file=file_of(jobs.study_job(SETTINGS, "figures")),
            tables=folder_of_tables,
            figures=folder_of_figures,
            results=folder_of_panels,
        message:
            "figures: panels of mosaics and maps"
        shell:
            "python -m saliometer.stages.figures --group panels --job {params.job_file:q} --tables {params.tables:q}"
            " --results {params.results:q} --output-directory {params.figures:q} > {log:q} 2>&1"
