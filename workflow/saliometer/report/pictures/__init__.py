"""Figures on the page, with their captions and alternative texts."""
