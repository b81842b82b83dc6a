"""People who sign in, their roles, and the tokens of machines that call the API."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from flask_security import RoleMixin, SQLAlchemyUserDatastore, UserMixin, hash_password
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from engine import registry
from engine.clock import now
from engine.db import Base, Instant, Name, db, transaction
from engine.errors import FormInvalid

ATTEMPTS = 8  # wrong passwords in a row before a pause: enough for a tired person, useless for guessing
PAUSE = timedelta(minutes=5)

account_role = Table(
    "account_role",
    Base.metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(db.Model, RoleMixin):  # type: ignore[name-defined]
    """A role of `engine.registry.ROLES`, as a row that accounts can point to."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class User(db.Model, UserMixin):  # type: ignore[name-defined]
    """A person with an account. `username` is the actor in every event."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(Name, unique=True)
    password: Mapped[str] = mapped_column(String(255))
    display_name: Mapped[str] = mapped_column(Name)
    unit: Mapped[str | None] = mapped_column(Name)  # code of a unit of the hotline's organisation
    locale: Mapped[str | None] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    failures: Mapped[int] = mapped_column(default=0)  # wrong passwords in a row
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    roles: Mapped[list[Role]] = relationship(secondary=account_role, lazy="selectin")  # type: ignore[assignment]

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(role.name for role in self.roles)


class ApiToken(db.Model):  # type: ignore[name-defined]
    """A token of a machine that acts as a user. Only its digest is kept: a stolen table opens nothing."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    name: Mapped[str] = mapped_column(Name)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created: Mapped[datetime] = mapped_column(Instant)
    revoked: Mapped[datetime | None] = mapped_column(Instant)


datastore = SQLAlchemyUserDatastore(db, User, Role)


def create(
    username: str, password: str, *, display_name: str = "", unit: str | None = None, roles: Iterable[str] = ()
) -> None:
    """Create an account, or bring the existing one of that name to these values. Raises FormInvalid."""
    zh: dict[str, list[str]] = {}
    en: dict[str, list[str]] = {}
    if unknown := sorted(set(roles) - set(registry.ROLES)):
        zh["roles"] = [f"没有这样的角色：{'、'.join(unknown)}"]
        en["roles"] = [f"there is no role {', '.join(unknown)}"]
    if len(password) < 8:
        zh["password"], en["password"] = ["密码至少 8 位"], ["a password has at least 8 characters"]
    if not username.strip():
        zh["username"], en["username"] = ["请填写用户名"], ["a user name is needed"]
    if zh:
        raise FormInvalid(zh, en=en)
    with transaction() as session:
        user = session.scalar(select(User).where(User.username == username))
        if user is None:
            user = User(username=username, fs_uniquifier=uuid4().hex)
            session.add(user)
        user.password, user.display_name, user.unit = hash_password(password), display_name or username, unit
        user.roles = [_role(session, name) for name in sorted(set(roles))]


def create_many(people: Iterable[tuple[str, str | None, Iterable[str], str]], password: str) -> None:
    """New accounts (user name, unit, roles, display name) that share one password: a demo's, or a training's."""
    hashed = hash_password(password)
    with transaction() as session:
        for username, unit, roles, display_name in people:
            user = User(
                username=username, fs_uniquifier=uuid4().hex, password=hashed, display_name=display_name, unit=unit
            )
            user.roles = [_role(session, name) for name in roles]
            session.add(user)


def _role(session: Session, name: str) -> Role:
    role = session.scalar(select(Role).where(Role.name == name))
    if role is None:
        role = Role(name=name)
        session.add(role)
    return role


def find(username: str) -> User | None:
    """The account of that name."""
    return db.session.scalar(select(User).where(User.username == username))


def names(usernames: Iterable[str]) -> dict[str, str]:
    """Display names by user name; names of no account (the worker, an import) are left out."""
    wanted = {name for name in usernames if name}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.username, User.display_name).where(User.username.in_(wanted)))
    return dict(rows.tuples().all())


def colleagues(unit: str | None) -> list[User]:
    """Active accounts of a unit, or of everywhere for None, in order of their names."""
    query = select(User).where(User.active).order_by(User.username)
    return list(db.session.scalars(query.where(User.unit == unit) if unit else query))


def active(usernames: Iterable[str]) -> list[User]:
    """The accounts of these names that are active."""
    return list(db.session.scalars(select(User).where(User.username.in_(set(usernames)), User.active)))


def holders(role: str) -> list[str]:
    """Display names of the active accounts that have a role."""
    query = select(User.display_name).where(User.active, User.roles.any(Role.name == role)).order_by(User.username)
    return list(db.session.scalars(query))


def locked(user: User) -> bool:
    """True while sign-in is paused after too many wrong passwords."""
    return user.locked_until is not None and user.locked_until > now()


def note_attempt(user_id: int, success: bool) -> None:
    """Count wrong passwords in a row; a right one clears the count."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        user.failures = 0 if success else user.failures + 1
        if user.failures >= ATTEMPTS:
            user.failures, user.locked_until = 0, now() + PAUSE


def issue_token(username: str, name: str) -> str:
    """A new API token of a user. It is shown once; the table keeps its digest."""
    token = f"bj_{secrets.token_urlsafe(32)}"
    with transaction() as session:
        user = session.scalar(select(User).where(User.username == username))
        if user is None:
            raise FormInvalid({"username": ["没有这个用户"]}, en={"username": ["there is no such user"]})
        session.add(ApiToken(user_id=user.id, name=name, digest=_digest(token), created=now()))
    return token


def bearer(token: str) -> User | None:
    """The active user a token belongs to."""
    whose = select(User).join(ApiToken, ApiToken.user_id == User.id).where(User.active)
    return db.session.scalar(whose.where(ApiToken.digest == _digest(token), ApiToken.revoked.is_(None)))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
