"""The settings of a whole study: read, checked, named, described."""
