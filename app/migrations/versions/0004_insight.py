"""What incidents are compared by, the patterns in them, tags that are suggested, and what people said of all that."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    op.create_table(
        "incident_profiles",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_with", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_incident_profiles_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_incident_profiles")),
    )
    with op.batch_alter_table("incident_profiles") as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_profiles_revision"), ["revision"], unique=False)
    op.create_table(
        "patterns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("found", sa.DateTime(), nullable=False),
        sa.Column("decided", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_patterns_decided_by_users")),
        sa.ForeignKeyConstraint(["merged_into"], ["patterns.id"], name=op.f("fk_patterns_merged_into_patterns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patterns")),
    )
    with op.batch_alter_table("patterns") as batch_op:
        batch_op.create_index(batch_op.f("ix_patterns_decided_by"), ["decided_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_patterns_merged_into"), ["merged_into"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_suggestions_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "subject", "value", name=op.f("pk_suggestions")),
    )
    op.create_table(
        "tag_decisions",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_tag_decisions_by_users")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_tag_decisions_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "subject", "value", name=op.f("pk_tag_decisions")),
    )
    with op.batch_alter_table("tag_decisions") as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_decisions_by"), ["by"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("alike", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_verdicts_by_users")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_verdicts_document_id_documents")),
        sa.ForeignKeyConstraint(["other_id"], ["documents.id"], name=op.f("fk_verdicts_other_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "other_id", name=op.f("pk_verdicts")),
    )
    with op.batch_alter_table("verdicts") as batch_op:
        batch_op.create_index(batch_op.f("ix_verdicts_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_verdicts_other_id"), ["other_id"], unique=False)
    op.create_table(
        "pattern_exclusions",
        sa.Column("pattern_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_pattern_exclusions_by_users")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_pattern_exclusions_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["patterns.id"], name=op.f("fk_pattern_exclusions_pattern_id_patterns")
        ),
        sa.PrimaryKeyConstraint("pattern_id", "document_id", name=op.f("pk_pattern_exclusions")),
    )
    with op.batch_alter_table("pattern_exclusions") as batch_op:
        batch_op.create_index(batch_op.f("ix_pattern_exclusions_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_pattern_exclusions_document_id"), ["document_id"], unique=False)
    op.create_table(
        "pattern_members",
        sa.Column("pattern_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_pattern_members_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["pattern_id"], ["patterns.id"], name=op.f("fk_pattern_members_pattern_id_patterns")),
        sa.PrimaryKeyConstraint("pattern_id", "document_id", name=op.f("pk_pattern_members")),
    )
    with op.batch_alter_table("pattern_members") as batch_op:
        batch_op.create_index(batch_op.f("ix_pattern_members_document_id"), ["document_id"], unique=False)
