# Saliometer: `snakemake --cores N` in this folder runs the study of config/config.yaml.


include: "workflow/Snakefile"


# A Snakefile that only includes another has no default target: this names it.
rule default:
    default_target: True
    input:
        rules.all.input,
