# The file of settings, read before Snakemake's own reading counts: what is wrong with it is one line, before any job.
# The package of the copy where there is one: the digests of the plan are those of what jobs run.
sys.path.insert(0, str(PACKAGE_FOLDER))

from saliometer.config.files import read_config
from saliometer.errors import UserError

DEFAULT_CONFIG = "config/config.yaml"

if OPTIONS.is_main:
    try:
        for file in internals.config_files(workflow) or [DEFAULT_CONFIG]:
            read_config(file)
    except UserError as error:
        sys.exit(f"error: {error}")
