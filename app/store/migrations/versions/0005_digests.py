"""Digests, nudges held out, and a mailbox's snooze."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: SQLite rebuilds a table by dropping it, which would erase the rows that hang below.
    op.add_column("nudges", sa.Column("digest_id", sa.Uuid(), nullable=True))
    op.add_column("nudges", sa.Column("decided_at", sa.DateTime(), nullable=True))
    op.create_index(op.f("ix_nudges_digest_id"), "nudges", ["digest_id"])
    op.add_column("mailboxes", sa.Column("snoozed_until", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("mailboxes", "snoozed_until")
    op.drop_index(op.f("ix_nudges_digest_id"), "nudges")
    # An older version would take a digest, and what follows it, for nudges of their own.
    digests = "SELECT id FROM nudges WHERE kind = 'digest'"
    op.execute(sa.text(f"DELETE FROM nudges WHERE about_id IN ({digests})"))
    op.execute(sa.text("DELETE FROM nudges WHERE kind = 'digest'"))
    for name in ("decided_at", "digest_id"):
        op.drop_column("nudges", name)
