"""The use case: a question becomes an answer."""
