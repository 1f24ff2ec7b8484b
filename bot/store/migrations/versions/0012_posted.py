"""Updates that a process took in which is not the active one."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    posted = sa.text("state = 'posted'")
    op.create_index("ix_inbox_posted", "inbox", ["update_id"], sqlite_where=posted, postgresql_where=posted)
