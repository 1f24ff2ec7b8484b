"""The files and the forwarded messages that go with a question, as JSON; null where there are none."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("turns", sa.Column("attachments", sa.Text()))
    op.add_column("turns", sa.Column("forwards", sa.Text()))
