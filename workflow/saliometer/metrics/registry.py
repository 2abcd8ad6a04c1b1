"""Which families of metrics there are: for the config and the documentation.

No stage imports this, since a family that is added must not make the scores of others stale.
"""

from pkgutil import iter_modules

from saliometer import metrics

SHARED = {"given", "registry", "tiles", "upsampling"}  # the modules of the folder that score no maps
FAMILIES = tuple(
    sorted(module.name for module in iter_modules(metrics.__path__) if module.name not in SHARED)
)
