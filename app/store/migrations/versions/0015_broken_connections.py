"""Mails over which connections broke are tried again after a while."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quarantined", sa.Column("tried_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("quarantined", "tried_at")
