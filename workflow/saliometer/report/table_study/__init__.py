"""The page of a table of scores that somebody else computed."""
