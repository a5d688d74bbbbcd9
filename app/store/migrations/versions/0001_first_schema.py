"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "reps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reps")),
    )
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("login_index", sa.LargeBinary(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("tls", sa.String(), nullable=False),
        sa.Column("username", sa.LargeBinary(), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=False),
        sa.Column("private_host", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "watched",
                "waiting",
                "attention",
                "paused",
                name="mailboxstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state_since", sa.DateTime(), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("connected_at", sa.DateTime(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("exclusions", sa.LargeBinary(), nullable=True),
        sa.Column("sent_folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.DateTime(), nullable=True),
        sa.Column("nudge_uid", sa.BigInteger(), nullable=True),
        sa.Column("nudges_from", sa.DateTime(), nullable=False),
        sa.Column("history_total", sa.Integer(), nullable=True),
        sa.Column("history_done", sa.Integer(), nullable=False),
        sa.Column("history_started_at", sa.DateTime(), nullable=True),
        sa.Column("history_ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_mailboxes_rep_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("login_index", name=op.f("uq_mailboxes_login_index")),
    )
    with op.batch_alter_table("mailboxes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailboxes_address_index"), ["address_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailboxes_rep_id"), ["rep_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_sign_in_links_rep_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_rep_id"), ["rep_id"], unique=False)

    op.create_table(
        "web_sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_web_sessions_rep_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_web_sessions")),
    )
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_sessions_rep_id"), ["rep_id"], unique=False)

    op.create_table(
        "quarantined",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_quarantined_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "uidvalidity", "uid", name=op.f("pk_quarantined")),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_templates_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("mailbox_id", "number", name=op.f("uq_templates_mailbox_id_number")),
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("last_send_at", sa.DateTime(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned", "intent", "delivered", "silent", "failed", name="nudgestate", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intent_at", sa.DateTime(), nullable=True),
        sa.Column("inbox_uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("inbox_uidnext", sa.BigInteger(), nullable=True),
        sa.Column("absent_at", sa.DateTime(), nullable=True),
        sa.Column("verify_at", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("delivered_uid", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_nudges_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_nudges_template_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
    with op.batch_alter_table("nudges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nudges_mailbox_id"), ["mailbox_id"], unique=False)
        batch_op.create_index("ix_nudges_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_nudges_template_id"), ["template_id"], unique=False)

    op.create_table(
        "sends",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("content_key", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("nudgeable", sa.Boolean(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_count", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("style", sa.Float(), nullable=True),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("nudge_id", sa.Uuid(), nullable=True),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_keys", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sends_mailbox_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudges.id"], name=op.f("fk_sends_nudge_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_sends_template_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint("mailbox_id", "identity", name=op.f("uq_sends_mailbox_id_identity")),
    )
    with op.batch_alter_table("sends", schema=None) as batch_op:
        batch_op.create_index("ix_sends_content", ["mailbox_id", "content_key"], unique=False)
        batch_op.create_index("ix_sends_list", ["mailbox_id", "flagged", "sent_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sends_nudge_id"), ["nudge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sends_template_id"), ["template_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("nudge_id", sa.Uuid(), nullable=True),
        sa.Column("send_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("called", "not_a_template", "later", "stop", name="feedbackkind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_feedback_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudges.id"], name=op.f("fk_feedback_nudge_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_feedback_send_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_mailbox_id"), ["mailbox_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_nudge_id"), ["nudge_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_send_id"), ["send_id"], unique=False)

    op.create_table(
        "send_tokens",
        sa.Column("mailbox_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("send_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_send_tokens_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_send_tokens_send_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mailbox_id", "token", "send_id", name=op.f("pk_send_tokens")),
    )
    with op.batch_alter_table("send_tokens", schema=None) as batch_op:
        batch_op.create_index("ix_send_tokens_send_id", ["send_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("send_tokens", schema=None) as batch_op:
        batch_op.drop_index("ix_send_tokens_send_id")

    op.drop_table("send_tokens")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_send_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_nudge_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_mailbox_id"))

    op.drop_table("feedback")
    with op.batch_alter_table("sends", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sends_template_id"))
        batch_op.drop_index(batch_op.f("ix_sends_nudge_id"))
        batch_op.drop_index("ix_sends_list")
        batch_op.drop_index("ix_sends_content")

    op.drop_table("sends")
    with op.batch_alter_table("nudges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nudges_template_id"))
        batch_op.drop_index("ix_nudges_state_due_at")
        batch_op.drop_index(batch_op.f("ix_nudges_mailbox_id"))

    op.drop_table("nudges")
    op.drop_table("templates")
    op.drop_table("quarantined")
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_sessions_rep_id"))

    op.drop_table("web_sessions")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_rep_id"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("mailboxes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailboxes_rep_id"))
        batch_op.drop_index(batch_op.f("ix_mailboxes_address_index"))

    op.drop_table("mailboxes")
    op.drop_table("reps")
    op.drop_table("installation")
