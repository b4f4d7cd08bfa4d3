"""What was searched for and how it went, and synonyms added in the browser."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    op.create_table(
        "asked_queries",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("found_nothing", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("unopened", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", "text", name=op.f("pk_asked_queries")),
    )
    op.create_table(
        "reworded_queries",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", "text", "other", name=op.f("pk_reworded_queries")),
    )
    op.create_table(
        "judged_answers",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_judged_answers_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("day", "text", "document_id", name=op.f("pk_judged_answers")),
    )
    with op.batch_alter_table("judged_answers") as batch_op:
        batch_op.create_index(batch_op.f("ix_judged_answers_document_id"), ["document_id"], unique=False)
    op.create_table(
        "added_synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("added", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_added_synonyms_added_by_users")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["users.id"], name=op.f("fk_added_synonyms_withdrawn_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_added_synonyms")),
    )
    with op.batch_alter_table("added_synonyms") as batch_op:
        batch_op.create_index(batch_op.f("ix_added_synonyms_added_by"), ["added_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_added_synonyms_withdrawn_by"), ["withdrawn_by"], unique=False)
