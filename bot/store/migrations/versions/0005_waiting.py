"""Whether a waiting turn was asked once already changes nothing: one state less."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INDEX = "ix_turns_unfinished"


def upgrade() -> None:
    # Found by the index as it was, which serves only who says the same.
    op.execute(
        "UPDATE turns SET state = 'waiting'"
        " WHERE state = 'asked' AND state IN ('waiting', 'asked', 'answered')"
    )
    op.drop_index(INDEX, "turns")
    unfinished = sa.text("state IN ('waiting', 'answered')")
    op.create_index(INDEX, "turns", ["id"], sqlite_where=unfinished, postgresql_where=unfinished)
