"""Labelled images: where they come from, how they are read, and the index that proves them."""
