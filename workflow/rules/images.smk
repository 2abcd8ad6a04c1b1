# images: the index of each data set's labelled images, every file proved decodable.
# Requires: the images of the source. Makes: {RESULTS}/images/{dataset}.parquet
IMAGES = RESULTS + "/images/{dataset}.parquet"


rule images:
    input:
        per_shard(IMAGES),
    localrule: True


rule index_images:
    output:
        index=IMAGES,
    log:
        LOGS + "/images/{dataset}.log",
    benchmark:
        BENCHMARKS + "/images/{dataset}.tsv"
    conda:
        ENVIRONMENT
    params:
        job=job_of_images,
    message:
        "images: index of {wildcards.dataset}"
    shell:
        "python -m saliometer.stages.images --job {params.job:q} --output {output.index:q}"
        " --mosaics {RESULTS:q}/mosaics/{wildcards.dataset:q} 2>&1 | tee {log:q} >&2"
