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
        tables_of(SUMMARY),
    output:
        *figure_outputs("scores"),
    log:
        log_of("figures").format(group="scores"),
    benchmark:
        benchmark_of("figures").format(group="scores")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("figures"),
        runtime=minutes_of("figures"),
    params:
        job=job_of("figures"),
        job_file=file_of(job_of("figures")),
        tables=folder_of_tables,
        figures=folder_of_figures,
    message:
        "figures: distributions of the scores"
    shell:
        "python -m saliometer.stages.figures --group scores --job {params.job_file:q} --tables {params.tables:q}"
        " --output-directory {params.figures:q} > {log:q} 2>&1"


rule plot_reliability:
    input:
        tables_of("reliability"),
    output:
        *figure_outputs("reliability"),
    log:
        log_of("figures").format(group="reliability"),
    benchmark:
        benchmark_of("figures").format(group="reliability")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("figures"),
        runtime=minutes_of("figures"),
    params:
        job=job_of("figures"),
        job_file=file_of(job_of("figures")),
        tables=folder_of_tables,
        figures=folder_of_figures,
    message:
        "figures: reliability of the scores"
    shell:
        "python -m saliometer.stages.figures --group reliability --job {params.job_file:q} --tables {params.tables:q}"
        " --output-directory {params.figures:q} > {log:q} 2>&1"


if not IS_TABLE_STUDY:

    rule plot_panels:
        input:
            tables=tables_of(SUMMARY),
            mosaics=per_shard(MOSAICS),
            maps=per_shard(MAPS),
        output:
            *figure_outputs("panels"),
        log:
            log_of("figures").format(group="panels"),
        benchmark:
            benchmark_of("figures").format(group="panels")
        conda:
            ENVIRONMENT
        resources:
            mem_mb=memory_of("figures"),
            runtime=minutes_of("figures"),
        params:
            job=job_of("figures"),
            job_file=file_of(job_of("figures")),
            tables=folder_of_tables,
            figures=folder_of_figures,
            results=folder_of_panels,
        message:
            "figures: panels of mosaics and maps"
        shell:
            "python -m saliometer.stages.figures --group panels --job {params.job_file:q} --tables {params.tables:q}"
            " --results {params.results:q} --output-directory {params.figures:q} > {log:q} 2>&1"
