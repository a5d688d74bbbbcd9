"""The declarative base of the tables, and the column types that they share."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Enum,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.store.columns import UtcDateTime
from app.store.states import FeedbackKind, MailboxState, NudgeKind, NudgeState

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


Number32 = Annotated[int, mapped_column(BigInteger)]  # UID and UIDVALIDITY: unsigned 32 bit (RFC 9051 section 2.3.1.1)


def _words(states: type[StrEnum]) -> Enum:
    """A state is stored as its word, so that a row can be read by eye."""
    return Enum(states, native_enum=False, length=16, values_callable=lambda kind: [state.value for state in kind])


class Base(DeclarativeBase):
    """The declarative base; `type_annotation_map` gives each Python type its column type."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute
        datetime: UtcDateTime,
        uuid.UUID: Uuid,
        bytes: LargeBinary,
        str: String,
        bool: Boolean,
        float: Float,
        int: Integer,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        MailboxState: _words(MailboxState),
        NudgeKind: _words(NudgeKind),
        NudgeState: _words(NudgeState),
        FeedbackKind: _words(FeedbackKind),
    }


def owned_by(table: str) -> Any:
    """A foreign key whose rows go with their owner: deletion leaves nothing behind."""
    return ForeignKey(f"{table}.id", ondelete="CASCADE")
