"""The sends of a template in their order, and its figures, are answered from one index without the rows."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ORDER = ["template_id", "sent_at", "id"]
_FIGURES = ["flagged", "answer_seconds", "recipient_keys"]


def upgrade() -> None:
    op.create_index("ix_sends_template", "sends", [*_ORDER, *_FIGURES])
    op.drop_index("ix_sends_template_id", "sends")  # the new one begins with the same column


def downgrade() -> None:
    op.create_index("ix_sends_template_id", "sends", ["template_id"])
    op.drop_index("ix_sends_template", "sends")
