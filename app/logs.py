"""Logging without content: a line has a fixed event, allow-listed fields, and of an error its type and place only."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

FIELDS: Final = frozenset(
    {
        "about",
        "at",
        "attempt",
        "count",
        "error",
        "event",
        "fetched",
        "flagged",
        "level",
        "limit",
        "mailbox",
        "nudge",
        "path",
        "port",
        "reason",
        "removed",
        "sends",
        "status",
        "timestamp",
        "trace",
        "uid",
        "version",
        "waiting",
        "wanted",
        "watched",
    }
)
_QUIET: Final = ("imapclient", "alembic", "uvicorn.access", "pymap")


def configure_logs(level: str) -> None:
    """One line for each event on stderr: JSON, or for people when stderr is a terminal."""
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_error,
            _allow_fields,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # imapclient formats every protocol line for its logger, mail text included.
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _name_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An error's text may quote a mail, an address or a row; its type and where it came from do not."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["trace"] = [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
    return event


def _allow_fields(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in FIELDS}
