"""What the page says of a comparison of methods on several networks."""

from collections.abc import Mapping

import pandas as pd

from saliometer.findings.scope import Scope, networks_of, within
from saliometer.report.sentences import listed, percent

MAY_NOT = "That methods of different networks differ by themselves: their networks do, and may be the reason."


def network_accuracy(study: Mapping, accuracy: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the rows of table accuracy of the networks of a scope: one, or several of a comparison."""
    rows = [within(accuracy, scope._replace(model=model)) for model in networks_of(study, scope)]
    return pd.concat(rows, ignore_index=True)


def caveat(
    study: Mapping, accuracy: pd.DataFrame | None, scope: Scope, labels: Mapping[str, str]
) -> list[str]:
    """Say which networks a comparison mixes and what follows; nothing for a scope of one network.

    Parameters: ``accuracy``, that table, which a scope of one network may lack; ``labels`` of the methods by
    name.
    """
    networks = networks_of(study, scope)
    if len(networks) < 2:
        return []
    stands = [f"{listed([labels[name] for name in names])} on {model}" for model, names in networks.items()]
    seen = network_accuracy(study, accuracy, scope).set_index("model")["top5"]
    right = [f"{model} for {percent(seen[model])}" for model in networks]
    return [
        f"The comparison {scope.model} mixes methods and networks: {'; '.join(stands)}.",
        "A difference between methods of different networks may be the networks' and not the methods'.",
        f"The networks have the asked class among their first five: {listed(right)} of the items.",
    ]


def may_not(study: Mapping, scope: Scope) -> list[str]:
    """Say what a comparison of several networks does not show; nothing for a scope of one network."""
    return [MAY_NOT] if len(networks_of(study, scope)) > 1 else []
