"""What people say in groups that the bot listens to, and from where on a question is about it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "talk",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_talk_conversation", "talk", ["chat_id", "thread_id", "id"], unique=False)
    op.create_index("ix_talk_message", "talk", ["chat_id", "message_id"], unique=True)
    op.create_index("ix_talk_said_at", "talk", ["said_at"], unique=False)
    op.add_column("turns", sa.Column("talk_after", sa.BigInteger()))
