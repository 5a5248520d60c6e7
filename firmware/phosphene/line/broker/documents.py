# SPDX-License-Identifier: Apache-2.0
"""What broker and clients say to each other in JSON: seldom, and checked by type."""

from __future__ import annotations

from enum import Enum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from phosphene.line.broker.messages import Malformed
from phosphene.line.wire import Hello


class Role(Enum):
    """What a client may do. Each role includes the ones before it; the dictionary names each task's privilege."""

    OBSERVE = "observe"
    OPERATE = "operate"
    ARM = "arm"
    MAINTAIN = "maintain"

    def may(self, privilege: str) -> bool:
        """Whether this role may call a task of `privilege` (read, operate, arm, maintain)."""
        return privilege in _PRIVILEGES[self]


_PRIVILEGES: Final = {
    Role.OBSERVE: ("read",),
    Role.OPERATE: ("read", "operate"),
    Role.ARM: ("read", "operate", "arm"),
    Role.MAINTAIN: ("read", "operate", "arm", "maintain"),
}


class Message(BaseModel):
    """A message in JSON: strict types, bytes as hexadecimal."""

    model_config = ConfigDict(strict=True, frozen=True, ser_json_bytes="hex", val_json_bytes="hex")

    def dump(self) -> bytes:
        """Return the JSON."""
        return self.model_dump_json().encode()

    @classmethod
    def load(cls, raw: bytes) -> Self:
        """Return the message that is written in `raw`. Raises Malformed."""
        try:
            return cls.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            raise Malformed(f"{cls.__name__}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


class Attach(Message):
    """The first thing that a client says."""

    version: int
    role: Role
    name: str
    pid: int


class State(Message):
    """How the line is; `state` is the name of a LinkState."""

    state: str
    hello: Hello
    reason: str


class Attached(Message):
    """The broker's answer: the line's state, and where this client's journal of sent calls is."""

    version: int
    pid: int
    port: str
    journal: str
    line: State


class Failure(Message):
    """An exception of `phosphene.errors`, as it crosses the socket."""

    error: str
    message: str
    place: str
    cure: str
    more: dict[str, int | str | bool]


class ClientStatus(Message):
    """One client as `phosphene broker status` shows it."""

    name: str
    pid: int
    role: Role
    calls: int
    waiting: int
    events_dropped: int
    taps_dropped: int
    holds_lease: bool


class Status(Message):
    """What the broker tells about itself."""

    pid: int
    port: str
    uptime_s: float
    stay: bool
    line: State
    clients: list[ClientStatus]


class Tick(Message):
    """What the broker measures, told to every client once a second."""

    statistics: dict[str, int]
    clock: tuple[float, float, float, float] | None
    """Host seconds, the firmware's µs then, its drift as a ratio, the error bound in µs."""


class Bye(Message):
    """Why the broker ends the connection; `again` tells the client whether to attach anew by itself."""

    reason: str
    again: bool
