"""The number that every change to a document takes, so that any index can ask for what is newer than what it has."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base


class Counter(Base):
    """One row a name: `library` is the revision of documents, `visibility` says that somebody may see more or less."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


LIBRARY = "library"
VISIBILITY = "visibility"
_VALUE = select(Counter.value).where(Counter.name == bindparam("name"))


def advance(session: Session, name: str = LIBRARY, count: int = 1) -> int:
    """The next number, or the last of the next `count`.

    The row stays locked until the transaction ends, so commit order and number order agree.
    """
    session.execute(update(Counter).where(Counter.name == name).values(value=Counter.value + count))
    return current(session, name)


def current(session: Session, name: str = LIBRARY) -> int:
    return session.execute(_VALUE, {"name": name}).scalar_one()
