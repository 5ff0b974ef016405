"""How Alembic runs a migration: on the connection that the store hands over."""

from alembic import context

from agent.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a column in place, so a change there rebuilds the table.
    render_as_batch=True,
)
context.run_migrations()
