# SPDX-License-Identifier: Apache-2.0
"""Who may speak: hello, and sessions that the firmware issues. PROTOCOL.md, 3 and 4."""

from os import urandom
from struct import pack, unpack, unpack_from

import wire
from frame import HEADER, REQUEST, SESSION, VERSION
from micropython import const

MINOR = const(0)


def draw() -> int:
    """A random number from 1 to 2**30 - 1: a small integer on every port."""
    while True:
        number = unpack("<I", urandom(4))[0] & 0x3FFFFFFF
        if number:
            return number


class Sessions:
    """The open session, the one before it, and the challenge for the next."""

    def __init__(self, writer, boot_id, identity, limits, status, clock):
        """`identity` names the board, `limits` its receive budget, `status`
        gives (flags, last fault)."""
        self._writer = writer
        self._identity = identity
        self._limits = limits
        self._status = status
        self._clock = clock
        self.boot_id = boot_id
        self.current = 0
        self.high = 0  # highest id executed in the current session
        self.before = 0
        self.before_high = 0
        self._challenge = draw()
        self._spent = 0
        self._nonce = 0

    def welcome(self, nonce: int) -> None:
        """Say who this is, whether asked or not."""
        identity = self._identity
        limits = self._limits
        flags, last_fault = self._status()
        message = pack(
            "<BBHIIIBBHHHQ",
            VERSION,
            MINOR,
            flags,
            self.boot_id,
            self._challenge,
            self.current,
            identity.reset_cause,
            limits.window,
            limits.rx_budget,
            limits.max_message,
            last_fault,
            self._clock.us(),
        )
        message += identity.firmware_hash + identity.dictionary_hash
        message += pack("<I", identity.dictionary_length)
        for text in (identity.board, identity.unique_id):
            message += bytes((len(text),)) + text
        self._writer.send(wire.WELCOME, 0, nonce, 0, message, 0, len(message))

    def open(self, reader) -> bool:
        """Answer an OPEN; true when it began a new session."""
        nonce = reader.head[REQUEST]
        challenge = unpack_from("<I", reader.body, HEADER)[0]
        begun = challenge == self._challenge
        if begun:
            self.before, self.before_high = self.current, self.high
            new = draw()
            while new == self.current:
                new = draw()
            self.current, self.high = new, 0
            self._spent, self._nonce = challenge, nonce
            self._challenge = draw()
        elif challenge != self._spent or nonce != self._nonce or not self.current:
            text = b"\x0bthis challenge was spent; say HELLO for a new one"
            self._writer.send(wire.REFUSAL, 0, nonce, 0, text, 0, len(text))
            return False
        boot = pack("<I", self.boot_id)
        self._writer.send(wire.OPENED, self.current, nonce, 0, boot, 0, 4)
        return begun

    def close(self, reader) -> None:
        """End the current session at the host's wish."""
        session = reader.head[SESSION]
        if session == self.current:
            self.before, self.before_high = self.current, self.high
            self.current = self.high = 0
            self._spent = 0
        self._writer.send(wire.CLOSED, session, reader.head[REQUEST])

    def outcome(self, session: int, request: int) -> str:
        """What became of an old call: `never`, `executed` or `unknown`."""
        if session and session == self.current:
            return "executed" if request <= self.high else "never"
        if session and session == self.before:
            return "executed" if request <= self.before_high else "never"
        return "unknown"
