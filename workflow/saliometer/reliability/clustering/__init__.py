"""Items that are not independent: clusters, strata and shared images, and the intervals that count them."""
