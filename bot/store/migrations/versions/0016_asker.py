"""Whose request is still to be passed on to the operators, and who speaks there."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("access", sa.Column("asker", sa.Text()))
