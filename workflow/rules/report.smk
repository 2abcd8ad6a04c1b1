# report: one self-contained page that tells the result in order.
# Requires: tables and figures. Makes: {RESULTS}/report/index.html, and its digest beside it


rule report:
    input:
        CHECKED,
        PAGE,
        MANIFEST_OF_PAGE,
    localrule: True


rule write_report:
    input:
        tables=[*rules.summary.input, *rules.reliability.input],
        figures=[*rules.figures.input],
    output:
        page=report(
            PAGE,
            caption="../report/page.rst",
            category="Report",
            labels={"page": "The study on one page"},
        ),
        manifest=MANIFEST_OF_PAGE,
    log:
        log_of("report"),
    benchmark:
        benchmark_of("report")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("report"),
        runtime=minutes_of("report"),
    params:
        job=job_of("report"),
        job_file=file_of(job_of("report")),
        tables=folder_of_tables,
        figures=folder_of_read_figures,
    message:
        "report: the page"
    shell:
        "python -m saliometer.stages.report --job {params.job_file:q} --tables {params.tables:q}"
        " --figures {params.figures:q} --output {output.page:q} > {log:q} 2>&1"
