"""Alembic's entry: migrates over the connection that it is handed."""

from alembic import context

from app.store import tables  # noqa: F401 - the tables enter the metadata
from app.store.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
