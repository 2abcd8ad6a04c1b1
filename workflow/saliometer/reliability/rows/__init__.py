"""The rows of the table of coefficients."""
