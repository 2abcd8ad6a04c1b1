"""The report: one self-contained page that tells a run's result in words, tables and figures."""
