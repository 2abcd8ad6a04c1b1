"""What a finished run says, read from its tables: figures and the page both stand on it."""
