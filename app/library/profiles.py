"""What an incident is compared by, worked out once for each revision of its document."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class IncidentProfile(Base):
    """Derived: the table can be emptied at any time. `made_with` names the analysis and the meaning; one that
    was made with others is made anew.
    """

    __tablename__ = "incident_profiles"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(index=True)
    made_with: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
