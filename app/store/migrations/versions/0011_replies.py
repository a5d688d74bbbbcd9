"""Answers to sends: by what they find them, which sends are first mails, and how far the inbox was looked through."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OPENINGS = ["mailbox_id", "opens", "sent_at", "flagged", "template_id", "answer_seconds"]


def upgrade() -> None:
    op.add_column("sends", sa.Column("message_key", sa.LargeBinary(), nullable=True))
    op.add_column("sends", sa.Column("opens", sa.Boolean(), nullable=True))
    op.add_column("sends", sa.Column("answer_seconds", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_sends_message"), "sends", ["mailbox_id", "message_key"])
    op.create_index(op.f("ix_sends_openings"), "sends", _OPENINGS)
    op.create_table(
        "reply_looks",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.Column("cursors", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_reply_looks_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", name=op.f("pk_reply_looks")),
    )


def downgrade() -> None:
    op.drop_table("reply_looks")
    for name in ("ix_sends_openings", "ix_sends_message"):
        op.drop_index(op.f(name), "sends")
    for name in ("answer_seconds", "opens", "message_key"):
        op.drop_column("sends", name)
