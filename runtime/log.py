"""Structured logs, one JSON object a line, that cannot carry a person's words.

Only the fields in `FIELDS` pass; any other is dropped and its name is noted, so that a slip in a
call can never print a text, a number, a name or a token. An exception is written as its class and
the places it went through, never its message: messages quote what people typed.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "process",
        "channel",
        "outcome",
        "error",
        "code",
        "status",
        "bell",
        "queue",
        "job",
        "drain",
        "debt",
        "count",
        "seconds",
        "attempt",
        "rows",
        "inbox",
        "outbox",
        "provider",
        "service",
        "table",
        "revision",
        "path_name",
        "method",
        "port",
        "signal",
        "reason",
        "setting",
        "version",
        "address_kind",
        "dropped",
        "where",
        "point",
        "role",
        "action",
        "state",
    ]
)


def _only_known_fields(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    unknown = sorted(set(event) - FIELDS - {"exc_info"})
    for name in unknown:
        del event[name]
    if unknown:
        event["dropped"] = unknown
    return event


def _exception_without_words(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = [
            f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
        ][-8:]
    return event


class _QuietHandler(logging.Handler):
    """Standard-library records: the logger's name and level only; their text may hold anything."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        get().log(
            record.levelno,
            record.name,
            code=f"{record.module}:{record.lineno}",
            **({"exc_info": error} if error else {}),
        )


def configure(level: str, process: str, stream: TextIO | None = None) -> None:
    """Set up logging for this process: JSON lines on `stream` (default stderr)."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.contextvars.merge_contextvars,
            _exception_without_words,
            _only_known_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(process=process)
    root = logging.getLogger()
    root.handlers = [_QuietHandler()]
    root.setLevel(logging.WARNING)


def get() -> Any:
    """The logger. Give it only fields of `FIELDS`."""
    return structlog.get_logger()


# Before a process has called `configure`, in a tool or a test, the same rule must hold.
configure("INFO", "tool")
