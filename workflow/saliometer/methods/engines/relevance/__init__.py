"""Layer-wise relevance propagation: the network as a graph, and a rule for each layer."""
