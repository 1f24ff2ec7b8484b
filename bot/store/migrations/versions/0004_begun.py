"""How much of an answer stood before it was carried on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("turns", sa.Column("answer_begun", sa.Integer()))
