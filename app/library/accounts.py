"""People and their sessions. A session is a row, so that it can be withdrawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base

USER_ROLES = ("reader", "editor", "admin")


class User(Base):
    """`password` is an argon2id hash; `teams` are names of teams; `email` is casefolded."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str]
    role: Mapped[str]
    teams: Mapped[list[str]]
    created: Mapped[datetime]
    disabled: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]

    sessions: Mapped[list[LoginSession]] = relationship(back_populates="user", cascade="all, delete-orphan")


class LoginSession(Base):
    """`token_hash` is the SHA-256 of the cookie's token, hexadecimal."""

    __tablename__ = "login_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="sessions")
