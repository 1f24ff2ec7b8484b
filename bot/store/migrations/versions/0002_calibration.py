"""How many characters a token of each model holds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "calibration",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("chars", sa.Float(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("model", name="pk_calibration"),
    )
