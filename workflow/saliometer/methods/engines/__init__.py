"""What several saliency methods share.

Modules here import torch at the top, so methods import them inside functions.
"""
