"""What the clusters of a table are: its own column, the asked classes of a wide table, or its items."""

CLUSTER, TARGET, ITEM = "cluster", "target", "item"
OF_CLUSTERS = "clusters"  # the column by which tables that are written say which of these it was
CLUSTERS = {CLUSTER: "column cluster", TARGET: "asked classes", ITEM: "items assumed independent"}
