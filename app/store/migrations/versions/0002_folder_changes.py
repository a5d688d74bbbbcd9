"""What a server may change about a folder, a second Sent folder, and mails that are tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: SQLite rebuilds a table by dropping it, which would erase the rows that hang below.
    op.add_column("mailboxes", sa.Column("fetch_failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("mailboxes", sa.Column("fetch_step", sa.Integer(), nullable=True))
    op.add_column("mailboxes", sa.Column("fetch_until", sa.BigInteger(), nullable=True))
    op.add_column("mailboxes", sa.Column("followed_from", sa.String(), nullable=True))
    op.add_column("mailboxes", sa.Column("other_sent", sa.String(), nullable=True))
    op.add_column("mailboxes", sa.Column("renumbered", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("sends", sa.Column("second", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "second_folders",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.DateTime(), nullable=True),
        sa.Column("nudge_uid", sa.BigInteger(), nullable=True),
        sa.Column("nudges_from", sa.DateTime(), nullable=False),
        sa.Column("fetch_failures", sa.Integer(), nullable=False),
        sa.Column("fetch_step", sa.Integer(), nullable=True),
        sa.Column("fetch_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_second_folders_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_second_folders")),
    )
    # Nothing hangs below this one, and its key changes.
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("version", sa.String(), nullable=True))
        batch_op.drop_constraint(op.f("pk_quarantined"), type_="primary")
        batch_op.create_primary_key(op.f("pk_quarantined"), ["mailbox_id", "uidvalidity", "uid", "second"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM quarantined WHERE second"))
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("pk_quarantined"), type_="primary")
        batch_op.create_primary_key(op.f("pk_quarantined"), ["mailbox_id", "uidvalidity", "uid"])
        batch_op.drop_column("version")
        batch_op.drop_column("second")
    op.drop_table("second_folders")
    op.drop_column("sends", "second")
    for name in ("renumbered", "other_sent", "followed_from", "fetch_until", "fetch_step", "fetch_failures"):
        op.drop_column("mailboxes", name)
