"""How much of its turn's answer stands in the chat up to the end of each part."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("parts", sa.Column("answer_chars", sa.Integer()))
