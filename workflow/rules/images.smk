# images: the index of each data set's labelled images, every file proved decodable.
# Requires: the images of the source. Makes: {RESULTS}/images/{dataset}.parquet
IMAGES = product("images")


rule images:
    input:
        per_shard(IMAGES),
    localrule: True


# What it says of images shows at once; an error is told with the failure of its job.
rule index_images:
    output:
        index=IMAGES,
    log:
        log_of("images"),
    benchmark:
        benchmark_of("images")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=memory_of("images"),
        runtime=minutes_of("images"),
    params:
        job=job_of("images"),
        job_file=file_of(job_of("images")),
        sources=sources,
        mosaics=folder_of_mosaics,
    message:
        "images: index of {wildcards.dataset}"
    shell:
        "python -m saliometer.stages.images --job {params.job_file:q} --sources {params.sources:q} --output {output.index:q}"
        " --mosaics {params.mosaics:q} 2>&1 | tee {log:q} | (grep --line-buffered -v ^error: || true) >&2"
