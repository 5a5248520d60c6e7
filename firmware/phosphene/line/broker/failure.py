# SPDX-License-Identifier: Apache-2.0
"""Exceptions of `phosphene.errors` on their way across the broker's socket."""

from __future__ import annotations

from phosphene import errors
from phosphene.errors import LineError, OutcomeUnknown, Refused, VersionMismatch
from phosphene.line.broker.documents import Failure
from phosphene.line.broker.messages import Malformed

_OUTCOME = ("boot_id", "session", "request", "task", "executed", "pid")
_VERSIONS = ("host", "firmware")


def pack(error: LineError) -> bytes:
    """Return the error as a message."""
    more: dict[str, int | str | bool] = {}
    if isinstance(error, Refused):
        more = {"code": error.code}
    elif isinstance(error, OutcomeUnknown):
        more = {key: getattr(error, key) for key in _OUTCOME}
    elif isinstance(error, VersionMismatch):
        more = {key: getattr(error, key) for key in _VERSIONS}
    return Failure(
        error=type(error).__name__, message=error.message, place=error.place, cure=error.cure, more=more
    ).dump()


def unpack(raw: bytes) -> LineError:
    """Return the error that is written in `raw`. Raises Malformed."""
    failure = Failure.load(raw)
    words = {"place": failure.place, "cure": failure.cure}
    kind = getattr(errors, failure.error, None)
    if not (isinstance(kind, type) and issubclass(kind, LineError)):
        raise Malformed(f"an error called {failure.error!r}")
    try:
        if issubclass(kind, Refused):
            return Refused.from_code(int(failure.more["code"]), failure.message, **words)
        # Of the keys in `more`, each class takes its own.
        return kind(failure.message, **failure.more, **words)  # pyright: ignore[reportArgumentType]
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(f"{failure.error} without what belongs to it: {error}") from None
