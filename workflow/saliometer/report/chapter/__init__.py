"""The chapter of the page on reliability."""
