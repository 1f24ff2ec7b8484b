"""An answer that is carried on becomes a version of its own, which begins with the one that was cut."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("turns", sa.Column("continues", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    # What was just being carried on stands as it was, and may be carried on again.
    op.execute(
        "UPDATE turns SET state = 'done'"
        " WHERE state = 'waiting' AND answer_text IS NOT NULL AND state IN ('waiting', 'answered')"
    )
    op.drop_column("turns", "answer_begun")
