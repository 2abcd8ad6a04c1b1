"""One short command per stage: reads files, calls one function, writes files."""
