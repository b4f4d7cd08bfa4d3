"""What Alembic runs: always on the connection that `upgrade` hands over."""

from alembic import context

from app.library import User

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=User.metadata,
    transactional_ddl=True,
    # SQLite cannot alter a column: later migrations copy the table.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
