"""The library, accounts and what is wrong in the files."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alerts")),
    )
    op.create_table(
        "catalog_files",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "name", name=op.f("pk_catalog_files")),
    )
    op.create_table(
        "catalogs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_catalogs")),
    )
    op.create_table(
        "causes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_causes")),
    )
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.DateTime(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.Column("archive_url", sa.String(), nullable=True),
        sa.Column("checked_against", sa.JSON(), nullable=False),
        sa.Column("tested_with", sa.String(), nullable=True),
        sa.Column("reviewed", sa.Date(), nullable=True),
        sa.Column("renders", sa.String(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("masked", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_revision"), ["revision"], unique=False)
        batch_op.create_index("ix_documents_source_path", ["source", "path"], unique=False)
        batch_op.create_index(
            "ix_documents_there",
            ["audience", "id"],
            unique=False,
            sqlite_where=sa.text("deleted IS NULL"),
            postgresql_where=sa.text("deleted IS NULL"),
        )

    op.create_table(
        "problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("mend", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problems")),
    )
    with op.batch_alter_table("problems", schema=None) as batch_op:
        batch_op.create_index("ix_problems_source_path", ["source", "path"], unique=False)

    op.create_table(
        "services",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_services")),
    )
    op.create_table(
        "teams",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_teams")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("teams", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("disabled", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "action_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("status_at", sa.DateTime(), nullable=True),
        sa.Column("touched", sa.DateTime(), nullable=True),
        sa.Column("file_status", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tracker", sa.String(), nullable=True),
        sa.Column("retired", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_action_items_document_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_items")),
        sa.UniqueConstraint("document_id", "key", name=op.f("uq_action_items_document_id")),
    )
    with op.batch_alter_table("action_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_items_document_id"), ["document_id"], unique=False)

    op.create_table(
        "document_addresses",
        sa.Column("old_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_addresses_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_document_addresses")),
    )
    with op.batch_alter_table("document_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_addresses_document_id"), ["document_id"], unique=False)

    op.create_table(
        "document_alerts",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.name"], name=op.f("fk_document_alerts_alert_alerts")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_alerts_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("document_id", "alert", name=op.f("pk_document_alerts")),
    )
    with op.batch_alter_table("document_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_alerts_alert"), ["alert"], unique=False)

    op.create_table(
        "document_services",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_services_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["service"], ["services.name"], name=op.f("fk_document_services_service_services")),
        sa.PrimaryKeyConstraint("document_id", "service", name=op.f("pk_document_services")),
    )
    with op.batch_alter_table("document_services", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_services_service"), ["service"], unique=False)

    op.create_table(
        "document_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_versions_document_id")),
    )
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_versions_document_id"), ["document_id"], unique=False)

    op.create_table(
        "file_states",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_file_states_document_id_documents")),
        sa.PrimaryKeyConstraint("source", "path", name=op.f("pk_file_states")),
    )
    with op.batch_alter_table("file_states", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_states_document_id"), ["document_id"], unique=False)

    op.create_table(
        "incidents",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("started", sa.DateTime(), nullable=True),
        sa.Column("started_precision", sa.String(), nullable=True),
        sa.Column("detected", sa.DateTime(), nullable=True),
        sa.Column("detected_precision", sa.String(), nullable=True),
        sa.Column("mitigated", sa.DateTime(), nullable=True),
        sa.Column("mitigated_precision", sa.String(), nullable=True),
        sa.Column("resolved", sa.DateTime(), nullable=True),
        sa.Column("resolved_precision", sa.String(), nullable=True),
        sa.Column("detection", sa.String(), nullable=True),
        sa.Column("trigger", sa.String(), nullable=True),
        sa.Column("impact", sa.String(), nullable=True),
        sa.Column("fixed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_incidents_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_incidents")),
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incidents_severity"), ["severity"], unique=False)
        batch_op.create_index(batch_op.f("ix_incidents_started"), ["started"], unique=False)

    op.create_table(
        "login_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("seen", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_sessions")),
    )
    with op.batch_alter_table("login_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "review_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("decided", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_review_items_document_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_items")),
    )
    with op.batch_alter_table("review_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_items_document_id"), ["document_id"], unique=False)

    op.create_table(
        "sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("retired", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_sections_document_id_documents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sections")),
    )
    with op.batch_alter_table("sections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sections_document_id"), ["document_id"], unique=False)

    op.create_table(
        "service_dependencies",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("depends_on", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["depends_on"], ["services.name"], name=op.f("fk_service_dependencies_depends_on_services")
        ),
        sa.ForeignKeyConstraint(["service"], ["services.name"], name=op.f("fk_service_dependencies_service_services")),
        sa.PrimaryKeyConstraint("service", "depends_on", name=op.f("pk_service_dependencies")),
    )
    with op.batch_alter_table("service_dependencies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_dependencies_depends_on"), ["depends_on"], unique=False)

    op.create_table(
        "incident_causes",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["cause"], ["causes.name"], name=op.f("fk_incident_causes_cause_causes")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["incidents.document_id"], name=op.f("fk_incident_causes_document_id_incidents")
        ),
        sa.PrimaryKeyConstraint("document_id", "cause", name=op.f("pk_incident_causes")),
    )
    with op.batch_alter_table("incident_causes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_causes_cause"), ["cause"], unique=False)

    op.create_table(
        "reading_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_reading_marks_document_id_documents")),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_reading_marks_section_id_sections")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reading_marks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_marks")),
    )
    with op.batch_alter_table("reading_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_marks_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_marks_user_id"), ["user_id"], unique=False)

    op.create_table(
        "section_addresses",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_section_addresses_document_id_documents")
        ),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_section_addresses_section_id_sections")),
        sa.PrimaryKeyConstraint("document_id", "anchor", name=op.f("pk_section_addresses")),
    )
    with op.batch_alter_table("section_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_section_addresses_section_id"), ["section_id"], unique=False)

    op.create_table(
        "timeline_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.Column("precision", sa.String(), nullable=True),
        sa.Column("stated_time", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["incidents.document_id"], name=op.f("fk_timeline_events_document_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_events")),
    )
    with op.batch_alter_table("timeline_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timeline_events_document_id"), ["document_id"], unique=False)

    op.bulk_insert(counters, [{"name": "library", "value": 0}, {"name": "visibility", "value": 0}])
