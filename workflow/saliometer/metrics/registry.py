"""Which families of metrics there are: for the config and the documentation.

No stage imports this, since a family that is added must not make the scores of others stale.
"""

from pathlib import Path

from saliometer.kinds import kinds_in

FAMILIES = kinds_in(Path(__file__).parent, "METRICS")
