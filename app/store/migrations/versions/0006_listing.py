"""What the list of sends is ordered and found by: the filters are answered from the index, without the rows."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ORDER = ["mailbox_id", "flagged", "sent_at", "id"]
_FILTERS = ["language", "template_id", "nudge_id"]


def upgrade() -> None:
    op.drop_index("ix_sends_list", "sends")
    op.create_index("ix_sends_list", "sends", [*_ORDER, *_FILTERS])


def downgrade() -> None:
    op.drop_index("ix_sends_list", "sends")
    op.create_index("ix_sends_list", "sends", _ORDER)
