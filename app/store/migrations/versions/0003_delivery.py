"""Delivery by SMTP, claims that outlive a courier, what a rep was told of a mailbox, and removal in two steps."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: SQLite rebuilds a table by dropping it, which would erase the rows that hang below.
    op.add_column("mailboxes", sa.Column("submission", sa.LargeBinary(), nullable=True))
    op.add_column("mailboxes", sa.Column("told_at", sa.DateTime(), nullable=True))
    op.add_column("mailboxes", sa.Column("claimed_until", sa.DateTime(), nullable=True))
    op.add_column("mailboxes", sa.Column("removing_since", sa.DateTime(), nullable=True))
    op.add_column("nudges", sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("nudges", sa.Column("claimed_until", sa.DateTime(), nullable=True))


def downgrade() -> None:
    for name in ("claimed_until", "refusals"):
        op.drop_column("nudges", name)
    for name in ("removing_since", "claimed_until", "told_at", "submission"):
        op.drop_column("mailboxes", name)
