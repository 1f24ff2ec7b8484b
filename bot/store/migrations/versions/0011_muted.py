"""Since when the bot may not write in a chat."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("chats", sa.Column("muted_at", sa.BigInteger()))
