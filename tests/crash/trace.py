"""What a service does, as lines: what its transactions write, what it says over IMAP, which functions it calls.

Knows the product only by the dotted names that it is given. Lines hold no content of mails: columns with octets and
the arguments of LOGIN and AUTHENTICATE are left out.
"""

import functools
import importlib
import threading
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext
from sqlalchemy.orm import Session

Tell = Callable[[str], None]

_WRITES: Final = ("INSERT", "UPDATE", "DELETE")


class UnknownName(Exception):
    """The product has nothing of this name any more: the table of points is out of date."""


def trace_commits(tell: Tell) -> None:
    """`write TABLE`, and `commit before|after TABLE COLUMN=VALUE ...; ...` with all that the transaction wrote."""
    local = threading.local()

    @event.listens_for(Engine, "begin")
    def _begin(_: Connection) -> None:
        local.written, local.committed = [], False

    @event.listens_for(Engine, "before_cursor_execute")
    def _execute(_c: Connection, _u: DBAPICursor, sql: str, _p: Any, context: ExecutionContext, _m: bool) -> None:
        words = sql.split(None, 3)
        if words[0] in _WRITES:
            table = words[1 if words[0] == "UPDATE" else 2]
            local.written.append(f"{table} {_values(context)}")
            tell(f"write {table}")

    @event.listens_for(Engine, "commit")
    def _commit(_: Connection) -> None:
        local.committed = True
        tell(f"commit before {'; '.join(local.written)}")

    @event.listens_for(Session, "after_commit")
    def _committed(_: Session) -> None:
        # It also tells of released savepoints, which are no commit.
        if local.committed:
            local.committed = False
            tell(f"commit after {'; '.join(local.written)}")


def _values(context: ExecutionContext) -> str:
    compiled = getattr(context, "compiled_parameters", None) or [{}]
    return " ".join(f"{name}={_shown(value)}" for name, value in compiled[0].items())


def _shown(value: object) -> str:
    return "..." if isinstance(value, bytes | list | dict) else str(value)


def trace_calls(names: list[str], tell: Tell) -> None:
    """`call before|after NAME` for each dotted name; raises `UnknownName`."""
    for name in names:
        owner, attribute = _owner(name)
        setattr(owner, attribute, _wrapped(name, getattr(owner, attribute), tell))


def replace(name: str, value: object) -> None:
    """Give a dotted name another value; raises `UnknownName`."""
    owner, attribute = _owner(name)
    setattr(owner, attribute, value)


def _owner(name: str) -> tuple[Any, str]:
    *path, attribute = name.split(".")
    found: Any = importlib.import_module(path[0])
    for depth, word in enumerate(path[1:], start=2):
        try:
            found = getattr(found, word, None) or importlib.import_module(".".join(path[:depth]))
        except ImportError as error:
            raise UnknownName(name) from error
    if not hasattr(found, attribute):
        raise UnknownName(name)
    return found, attribute


def _wrapped(name: str, function: Callable[..., Any], tell: Tell) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        tell(f"call before {name}")
        result = function(*arguments, **named)
        tell(f"call after {name}")
        return result

    return call
