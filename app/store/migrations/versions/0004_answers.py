"""Answers to nudges by mail, what they bring with them, and nudges that follow another one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns are added in place: SQLite rebuilds a table by dropping it, which would erase the rows that hang below.
    op.add_column("nudges", sa.Column("kind", sa.String(16), nullable=False, server_default="nudge"))
    op.add_column("nudges", sa.Column("about_id", sa.Uuid(), nullable=True))
    op.add_column("nudges", sa.Column("thread", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_nudges_about_id_kind"), "nudges", ["about_id", "kind"], unique=True)
    op.add_column("feedback", sa.Column("at", sa.DateTime(), nullable=True))
    op.add_column("feedback", sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "nudge_answers",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("content_key", sa.LargeBinary(), nullable=False),
        sa.Column("nudge_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_nudge_answers_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["nudge_id"], ["nudges.id"], name=op.f("fk_nudge_answers_nudge_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "identity", name=op.f("pk_nudge_answers")),
    )
    op.create_index(op.f("ix_nudge_answers_nudge_id"), "nudge_answers", ["nudge_id"])


def downgrade() -> None:
    op.drop_table("nudge_answers")
    # An older version would take what follows a nudge for a nudge of its own.
    op.execute(sa.text("DELETE FROM nudges WHERE about_id IS NOT NULL"))
    op.execute(sa.text("DELETE FROM feedback WHERE kind = 'will_call'"))
    for name in ("by_mail", "at"):
        op.drop_column("feedback", name)
    op.drop_index(op.f("ix_nudges_about_id_kind"), "nudges")
    for name in ("thread", "about_id", "kind"):
        op.drop_column("nudges", name)
