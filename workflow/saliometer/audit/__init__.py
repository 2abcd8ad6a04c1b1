"""The products of a run held against what its config asks for."""
