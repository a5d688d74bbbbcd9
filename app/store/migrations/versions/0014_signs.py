"""The reasons of a judgement as bits, which the index of the list knows, and an index for the order by strength."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# As in app/store/signs.py when this was written.
_CODES = (
    "same_text",
    "earlier_contact",
    "style",
    "sales_phrases",
    "call_to_action",
    "opt_out",
    "merge_field",
    "many_recipients",
    "hidden_recipients",
    "unsubscribe_header",
    "tracking_pixel",
    "tracking_links",
    "sequence_tool",
    "reply",
    "internal",
    "routine_note",
    "calendar",
    "known_recipient",
    "automatic",
    "excluded",
    "allowed",
    "not_for_person",
    "style_refused",
)
_FILTERS = ["language", "template_id", "nudge_id"]
_LIST = ["mailbox_id", "flagged", "sent_at", "id", *_FILTERS]
_STRENGTH = ["mailbox_id", "flagged", "score", "sent_at", "id", *_FILTERS]


def upgrade() -> None:
    op.add_column("sends", sa.Column("signs", sa.Integer(), nullable=False, server_default="0"))
    op.execute(_filled())
    op.drop_index("ix_sends_list", "sends")
    op.create_index("ix_sends_list", "sends", [*_LIST, "signs"])
    op.create_index("ix_sends_strength", "sends", [*_STRENGTH, "signs"])


def downgrade() -> None:
    op.drop_index("ix_sends_strength", "sends")
    op.drop_index("ix_sends_list", "sends")
    op.create_index("ix_sends_list", "sends", _LIST)
    op.drop_column("sends", "signs")


def _filled() -> sa.Update:
    sends = sa.table("sends", sa.column("signs", sa.Integer), sa.column("reasons", sa.JSON))
    reasons = sa.cast(sends.c.reasons, sa.Text)
    bits = [
        sa.case((reasons.contains(f'"code": "{code}"', autoescape=True), 1 << place), else_=0)
        for place, code in enumerate(_CODES)
    ]
    signs = bits[0]
    for bit in bits[1:]:
        signs = signs + bit
    return sa.update(sends).values(signs=signs)
