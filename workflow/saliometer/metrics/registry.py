"""Which families of metrics there are: for the config and the documentation.

No stage imports this, since a family that is added must not make the scores of others stale.
"""

from pkgutil import iter_modules

from saliometer import metrics

# The modules of the folder that are no family that scores maps.
SHARED = {"given", "registry"}
FAMILIES = tuple(
    sorted(
        module.name
        for module in iter_modules(metrics.__path__)
        if not module.ispkg and module.name not in SHARED
    )
)
