"""A made-up run without records, and the check of it."""

from pathlib import Path

from made_up_run import CONFIG, products_of
from saliometer.audit.unrecorded import check_products
from saliometer.config.study import load_config

MAPS = "maps/photos/original/net/cam/0/0.zarr.zip"
OTHER = CONFIG | {"methods": {"gradient": None, "cam": {"method": "smoothgrad"}}}


def check(results, config=CONFIG, recorded=(), record=Path("none")):
    """Check the results; ``record`` is Snakemake's of all that are ``recorded``."""
    records = {f"{results}/{path}": record for path in recorded}
    return check_products(results, products_of(load_config(config)), records, "MEND")


def there(results):
    return [product for product in products_of(load_config(CONFIG)) if (results / product.path).is_file()]


def times(results):
    return {product.path: (results / product.path).stat().st_mtime_ns for product in there(results)}
