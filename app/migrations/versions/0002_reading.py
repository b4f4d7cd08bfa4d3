"""Places of reading lists, how long a text is, and templates to download."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    op.create_table(
        "reading_items",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_reading_items_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_reading_items")),
    )
    with op.batch_alter_table("reading_items") as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_items_target"), ["target"], unique=False)
    # Filled by the next ingest, which reads everything again because its code is another.
    op.add_column("documents", sa.Column("template", sa.String(), nullable=True))
    op.add_column("documents", sa.Column("words", sa.Integer(), nullable=False, server_default="0"))
