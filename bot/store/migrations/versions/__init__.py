"""Revisions, oldest first by number. What is released never changes: a new schema is a new file."""
