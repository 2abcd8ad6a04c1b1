"""Made-up scores of items in clusters."""

import numpy as np


def draw(seed, effects, n_clusters=8, n_items=4, cluster_sd=0.5):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), n_items)
    of_cluster = rng.normal(0, cluster_sd, (n_clusters, len(effects)))[clusters]
    return np.asarray(effects) + of_cluster + rng.normal(size=of_cluster.shape), clusters
