"""Mosaics of images: drawn, rendered, segmented."""
