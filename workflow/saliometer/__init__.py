"""Saliometer measures saliency methods on image mosaics, and how reliable those measurements are."""
