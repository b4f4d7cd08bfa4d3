"""Synonyms that were added in the browser. They apply at once, beside those of the files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.library.accounts import User


class AddedSynonym(Base):
    """A group of words that mean the same, and who said so. A withdrawn one is kept to be looked up, and means nothing
    any more.
    """

    __tablename__ = "added_synonyms"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[str]]
    added: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    withdrawn: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    author: Mapped[User] = relationship(foreign_keys=[added_by])
