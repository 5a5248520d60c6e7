# SPDX-License-Identifier: Apache-2.0
"""The way to the host: SSH, with the errors of a connection in words."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from phosphene_tools.deploy.errors import DeployError

if TYPE_CHECKING:
    import asyncssh

_CONNECT_S = 15.0
# A cable that is out is noticed within this times three.
_ALIVE_S = 5.0


@dataclass(frozen=True, slots=True)
class Target:
    """Who and where: `user` and `port` may be left to the SSH configuration. `identity` is a private key's file,
    `known_hosts` a file of hosts' keys; both in place of the user's own."""

    host: str
    user: str = ""
    port: int = 0
    identity: Path | None = None
    known_hosts: Path | None = None

    @classmethod
    def parse(cls, text: str, *, port: int = 0, identity: Path | None = None, known_hosts: Path | None = None) -> Self:
        """Return the target that `USER@HOST` or `HOST` names. Raises DeployError."""
        user, at, host = text.rpartition("@")
        if not host or (at and not user) or host.startswith("-"):
            raise DeployError("this names no host", place=repr(text), cure="write USER@HOST")
        return cls(host, user, port, identity, known_hosts)

    def __str__(self) -> str:
        """Return it as it was typed."""
        return f"{self.user}@{self.host}" if self.user else self.host


@contextlib.asynccontextmanager
async def connected(target: Target) -> AsyncGenerator[asyncssh.SSHClientConnection]:
    """Connect for as long as the context lasts. Raises DeployError."""
    try:
        import asyncssh
    except ImportError as error:
        raise DeployError("asyncssh is not installed", cure="pip install 'phosphene[deploy]'") from error
    options: dict[str, Any] = {"keepalive_interval": _ALIVE_S, "keepalive_count_max": 3, "connect_timeout": _CONNECT_S}
    if target.user:
        options["username"] = target.user
    if target.port:
        options["port"] = target.port
    if target.identity:
        options |= {"client_keys": [str(target.identity.expanduser())], "agent_path": None}
    if target.known_hosts:
        options["known_hosts"] = str(target.known_hosts.expanduser())
    place = str(target)
    try:
        connection = await asyncssh.connect(target.host, **options)
    except asyncssh.HostKeyNotVerifiable as error:
        cure = f"compare its fingerprint (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there), then: {_ssh(target)}"
        raise DeployError("the host's key is not known here, or is another one", place=place, cure=cure) from error
    except asyncssh.PermissionDenied as error:
        cure = f"let it know your key: ssh-copy-id {target}, or name another: -i FILE"
        raise DeployError("the host does not take this key", place=place, cure=cure) from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        cure = "load it into the agent: ssh-add FILE"
        raise DeployError(f"the private key can't be used: {error}", place=place, cure=cure) from error
    except (TimeoutError, asyncssh.Error, OSError) as error:
        said = (error.strerror if isinstance(error, OSError) and error.errno else str(error)) or "nobody answers"
        cure = f"try: {_ssh(target)}"
        raise DeployError(f"the host can't be reached: {said}", place=place, cure=cure) from error
    try:
        yield connection
    finally:
        connection.close()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5):
                await connection.wait_closed()


def _ssh(target: Target) -> str:
    return f"ssh {f'-p {target.port} ' if target.port else ''}{target}"


def missing_file(path: Path | None, what: str) -> None:
    """Raise DeployError when a file that was named can't be read."""
    if path is not None and not os.access(path.expanduser(), os.R_OK):
        raise DeployError(f"the {what} can't be read", place=str(path), cure="name another")
