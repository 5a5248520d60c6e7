# SPDX-License-Identifier: Apache-2.0
"""A board that is reached by its ports only: a real one on a cable, or one that another program simulates."""

from __future__ import annotations

from pathlib import Path

from phosphene.errors import ConfigError
from phosphene_hil.board import Control, MissingFeature, Outside
from phosphene_hil.instrument import Instrument
from phosphene_tools import ports
from phosphene_tools.ports import RigPort

_KEY_BYTES = 32


class AttachedBoard:
    """One board; see Board. Nobody looks at its pins, and its reset line is not in our hands."""

    hidden: frozenset[str] = frozenset()

    def __init__(self, where: RigPort, arm_key: bytes | None, unlock_key: bytes | None) -> None:
        self.port = where.line
        self.baud = where.baud
        self.rtscts = where.rtscts
        self.repl = where.repl
        self.arm_key = arm_key
        self.unlock_key = unlock_key

    @classmethod
    def find(
        cls, rig: str, port: str, arm_key: Path | None, unlock_key: Path | None, *, repl: str = ""
    ) -> AttachedBoard:
        """Find the board of `rig`, or the one at `port`; the keys are files. `repl` overrules the REPL that is found.

        Raises BoardNotFound, PortAmbiguous; ConfigError for a file that holds no key.
        """
        return cls(ports.resolve(port, rig, repl=repl), _key(arm_key), _key(unlock_key))

    @property
    def outside(self) -> Outside:
        """See Board."""
        raise MissingFeature("outside_view")

    @property
    def control(self) -> Control:
        """See Board."""
        raise MissingFeature("reset_control")

    @property
    def instrument(self) -> Instrument:
        """See Board."""
        raise MissingFeature("instrument")

    @property
    def abilities(self) -> frozenset[str]:
        """See Board."""
        there = {
            "restart": bool(self.repl),
            "arm_key": self.arm_key is not None,
            "unlock_key": self.unlock_key is not None,
        }
        return frozenset(name for name, is_there in there.items() if is_there)

    async def close(self) -> None:
        """See Board: the board is not ours, and goes on."""


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        key = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the key can't be read: {error.strerror}", place=str(path)) from error
    if len(key) != _KEY_BYTES:
        cure = f"give the file with the secret that was provisioned: {_KEY_BYTES} bytes"
        raise ConfigError(f"{len(key)} bytes are no key", place=str(path), cure=cure)
    return key
