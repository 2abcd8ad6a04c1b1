# segments: superpixels of every mosaic, once for all models. No method of the demo needs them: ask for them
# by `snakemake segments`.
# Requires: mosaics. Makes: {RESULTS}/segments/{dataset}/{form}/{shard}.zarr.zip
SEGMENTS = f"{RESULTS}/segments/{{dataset}}/{{form}}/{{shard}}.zarr.zip"


rule segments:
    input:
        per_shard(SEGMENTS),
    localrule: True


rule segment_mosaics:
    input:
        mosaics=MOSAICS,
    output:
        segments=SEGMENTS,
    log:
        f"{LOGS}/segments/{{dataset}}/{{form}}/{{shard}}.log",
    benchmark:
        f"{BENCHMARKS}/segments/{{dataset}}/{{form}}/{{shard}}.tsv"
    conda:
        ENVIRONMENT
    params:
        job=job_of_segments,
    message:
        "segments: {wildcards.dataset}, shard {wildcards.shard}"
    shell:
        "python -m saliometer.stages.segments --job {params.job:q} --mosaics {input.mosaics:q}"
        " --output {output.segments:q} > {log:q} 2>&1"
