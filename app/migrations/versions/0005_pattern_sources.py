"""Whose words the name of a pattern and the reasons of its members are, so that they go when an incident is hidden."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.create_table(
        "pattern_sources",
        sa.Column("pattern_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_pattern_sources_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["pattern_id"], ["patterns.id"], name=op.f("fk_pattern_sources_pattern_id_patterns")),
        sa.PrimaryKeyConstraint("pattern_id", "document_id", name=op.f("pk_pattern_sources")),
    )
    with op.batch_alter_table("pattern_sources") as batch_op:
        batch_op.create_index(batch_op.f("ix_pattern_sources_document_id"), ["document_id"], unique=False)
    with op.batch_alter_table("pattern_members") as batch_op:
        batch_op.add_column(sa.Column("told_with", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_pattern_members_told_with_documents"), "documents", ["told_with"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_pattern_members_told_with"), ["told_with"], unique=False)
    # Of the patterns that there are nobody knows whose words they have: they are told anew.
    op.execute("DELETE FROM counters WHERE name = 'patterns'")
