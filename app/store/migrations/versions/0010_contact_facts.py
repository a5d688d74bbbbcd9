"""Phone numbers and roles found in signatures, sealed, until they expire."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_facts",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("address_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_contact_facts_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "address_key", name=op.f("pk_contact_facts")),
    )
    op.create_index(op.f("ix_contact_facts_expires_at"), "contact_facts", ["expires_at"])


def downgrade() -> None:
    op.drop_table("contact_facts")
