"""The schema's history, one module a revision in `versions`; Alembic runs it by path."""
