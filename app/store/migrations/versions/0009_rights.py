"""What the administrator did to a rep's mailbox, and mail to private addresses, which is left alone from here on."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailboxes", sa.Column("private_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "admin_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_admin_acts_rep_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_admin_acts_mailbox_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_acts")),
    )
    op.create_index(op.f("ix_admin_acts_rep_id"), "admin_acts", ["rep_id"])
    op.create_index(op.f("ix_admin_acts_mailbox_id"), "admin_acts", ["mailbox_id"])


def downgrade() -> None:
    op.drop_table("admin_acts")
    op.drop_column("mailboxes", "private_mail")
