# SPDX-License-Identifier: Apache-2.0
"""The tree of exceptions: every error says what happened, where, and what to do next.

Who derives from whom:

    PhospheneError
    ├── ConfigError            a file of ours is wrong
    └── LineError              anything between caller and firmware
        ├── Refused            the firmware (or a check before it) said no: surely no effect
        │   ├── UnknownTask  BadArgument  OutOfRange  Late  Busy
        │   └── Forbidden  TaskFault  TooLarge
        ├── OutcomeUnknown     the call may have had its effect, once
        ├── LinkLost           nobody answers
        ├── VersionMismatch    the two ends speak different majors, or mean different dictionaries
        └── BoardNotFound  PortAmbiguous  PortBusy
"""

from __future__ import annotations

from typing import ClassVar, Self


class PhospheneError(Exception):
    """What happened (`message`), where (`place`) and what cures it (`cure`); the last two may be empty."""

    def __init__(self, message: str, *, place: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.cure = cure

    def __str__(self) -> str:
        """Return the parts that are there, as one line."""
        return " — ".join(part for part in (self.message, self.place, self.cure) if part)


class ConfigError(PhospheneError):
    """A file that configures a board, a rig or a fault plan is wrong."""


class LineError(PhospheneError):
    """Something between the caller and the firmware's task."""


class Refused(LineError):
    """The call was refused and had no effect. `code` is a number of PROTOCOL.md, section 5.

    TaskFault is the exception to "no effect": the task began and raised.
    """

    CODE: ClassVar[int] = 12
    _by_code: ClassVar[dict[int, type[_CodedRefusal]]] = {}

    def __init__(self, code: int, text: str, *, place: str = "", cure: str = "") -> None:
        super().__init__(text, place=place, cure=cure)
        self.code = code

    @staticmethod
    def from_code(code: int, text: str, *, place: str = "", cure: str = "") -> Refused:
        """Return the error class that stands for `code`, made with the firmware's text."""
        kind = Refused._by_code.get(code)
        if kind is None:
            return Refused(code, text, place=place, cure=cure)
        return kind(text, place=place, cure=cure)


class _CodedRefusal(Refused):
    """A refusal whose class says its code."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Refused._by_code[cls.CODE] = cls

    def __init__(self, text: str, *, place: str = "", cure: str = "") -> None:
        super().__init__(self.CODE, text, place=place, cure=cure)


class UnknownTask(_CodedRefusal):
    """The capability dictionary has no such task."""

    CODE = 1


class BadArgument(_CodedRefusal):
    """An argument is missing, unknown, of the wrong type, or does not decode."""

    CODE = 2


class OutOfRange(_CodedRefusal):
    """An argument is outside its declared range."""

    CODE = 3


class Late(_CodedRefusal):
    """The time was up before the call could start; or, for an idempotent call, before its answer came."""

    CODE = 4


class Busy(_CodedRefusal):
    """No process slot is free, or the resource is in use."""

    CODE = 5


class Forbidden(_CodedRefusal):
    """Not armed, no lease, a wrong grant, or a role without this privilege."""

    CODE = 7


class TaskFault(_CodedRefusal):
    """The task raised an exception that it did not declare; what it did until then stays done."""

    CODE = 8


class TooLarge(_CodedRefusal):
    """Arguments or reply are longer than the board's `max_message`."""

    CODE = 9


class OutcomeUnknown(LineError):
    """The call was sent, and no answer will come: it had its effect at most once.

    `boot_id`, `session` and `request` are what `board.outcome` needs to look into it later.
    `executed` is True when the firmware already said that the call was executed and only the
    answer is lost; `pid` is then the process that it started, or 0.
    """

    def __init__(
        self,
        message: str,
        *,
        boot_id: int,
        session: int,
        request: int,
        task: int,
        executed: bool = False,
        pid: int = 0,
        place: str = "",
        cure: str = "",
    ) -> None:
        super().__init__(message, place=place, cure=cure)
        self.boot_id = boot_id
        self.session = session
        self.request = request
        self.task = task
        self.executed = executed
        self.pid = pid


class LinkLost(LineError):
    """The port failed, or nobody answers on it."""


class VersionMismatch(LineError):
    """Host and firmware speak different majors of the protocol, where identify and update still work; or the call
    was made by another dictionary than the board has now, and was not sent. `host` and `firmware` say which.
    """

    def __init__(self, message: str, *, host: str, firmware: str, place: str = "", cure: str = "") -> None:
        super().__init__(message, place=place, cure=cure)
        self.host = host
        self.firmware = firmware

    @classmethod
    def between(cls, host: str, firmware: str, *, place: str = "") -> Self:
        """Return the error for these two versions, such as ``"1.0"`` and ``"2.1"``."""
        return cls(
            f"the host speaks protocol {host}, the board {firmware}",
            host=host,
            firmware=firmware,
            place=place,
            cure="update the board's firmware, or this software, until the first number agrees",
        )

    @classmethod
    def renumbered(cls, meant: bytes, announced: bytes, *, place: str = "") -> Self:
        """Return the error for a call made by the dictionary of hash `meant`, while the board announces another."""
        return cls(
            "the board's dictionary changed under this call; it was not sent",
            host=meant.hex(),
            firmware=announced.hex(),
            place=place,
            cure="call again by the new dictionary",
        )


class BoardNotFound(LineError):
    """There is no such port, or what is there is not a board of ours."""


class PortAmbiguous(LineError):
    """More than one port fits; none is guessed."""


class PortBusy(LineError):
    """Another program has the port open."""
