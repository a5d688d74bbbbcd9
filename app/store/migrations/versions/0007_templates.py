"""The name that the rep gave a template."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("templates", sa.Column("name", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("templates", "name")
