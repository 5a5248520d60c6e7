# SPDX-License-Identifier: Apache-2.0
"""The host's half of a deployment, from here: brought there, asked, and sent what it lacks."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shlex
import zipfile
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phosphene_tools.deploy.errors import DeployError

if TYPE_CHECKING:
    import asyncssh

_SOURCES = Path(__file__).parent / "host"
_PIECE = 1 << 18
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment of a ZIP archive
# Any Python reads this far: it says that it is too old, and only then reads what it may not understand.
_BOOT = """
import json, os, sys
prefix = os.path.abspath(os.path.expanduser(sys.argv[1]))
def fail(message, place, cure):
    print(json.dumps({"error": {"message": message, "place": place, "cure": cure}}))
    sys.exit(1)
if sys.version_info[:2] < (3, 11):
    fail("the host's Python is %d.%d, and 3.11 is needed" % tuple(sys.version_info[:2]), sys.executable,
         "install a later one there, and name it: --python PYTHON")
size = int(sys.stdin.buffer.readline())
content = sys.stdin.buffer.read(size)
path = os.path.join(prefix, "host.pyz")
try:
    os.makedirs(prefix, mode=0o755, exist_ok=True)
    with open(path + ".part", "wb") as file:
        file.write(content)
    os.replace(path + ".part", path)
except OSError as error:
    fail("the host refuses: %s" % error.strerror, prefix, "another --prefix, or room and rights for this one")
import runpy
sys.dont_write_bytecode = True
sys.argv = [path, prefix]
runpy.run_path(path, run_name="__main__")
"""


def archive() -> bytes:
    """Return the host's program as a zip archive that Python runs; the same bytes from the same sources."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path in sorted(_SOURCES.glob("*.py")):
            packed.writestr(zipfile.ZipInfo(f"host/{path.name}", _EPOCH), path.read_bytes())
        packed.writestr(zipfile.ZipInfo("__main__.py", _EPOCH), b"from host.serve import main\nmain()\n")
    return out.getvalue()


class HostSide:
    """A host that answers. Methods raise DeployError, also when the connection is lost."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes], place: str, tell: Callable[[str, Any], None]) -> None:
        self._process = process
        self._place = place
        self._tell = tell

    async def ask(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """Ask, pass on what is told meanwhile, and return the answer."""
        await self._write([json.dumps({"verb": verb, **arguments}).encode() + b"\n"])
        return await self._answer()

    async def send(self, contents: Mapping[str, bytes], sent: Callable[[int], None]) -> None:
        """Send contents by their hashes; `sent` is told how many bytes went."""
        question = json.dumps({"verb": "put", "files": [[name, len(data)] for name, data in contents.items()]})
        pieces = (data[at : at + _PIECE] for data in contents.values() for at in range(0, len(data), _PIECE))
        writing = asyncio.ensure_future(self._write([question.encode() + b"\n", *pieces], sent))
        # A disk that is full is told while we still send.
        answering = asyncio.ensure_future(self._answer())
        try:
            await asyncio.wait({writing, answering}, return_when=asyncio.FIRST_EXCEPTION)
            if answering.done():
                answering.result()
            writing.result()
            await answering
        finally:
            for task in (writing, answering):
                task.cancel()
            await asyncio.gather(writing, answering, return_exceptions=True)

    async def ready(self) -> None:
        """Wait until the host's program runs there."""
        program = archive()
        await self._write([str(len(program)).encode() + b"\n" + program])
        await self._answer("ready")

    async def _write(self, pieces: list[bytes], sent: Callable[[int], None] = lambda _: None) -> None:
        import asyncssh

        try:
            for piece in pieces:
                self._process.stdin.write(piece)
                await self._process.stdin.drain()
                sent(len(piece))
        except (asyncssh.Error, OSError) as error:
            # What the host said before it hung up tells more.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await self._answer()
            raise self._lost(str(error)) from error

    async def _answer(self, key: str = "done") -> dict[str, Any]:
        import asyncssh

        while True:
            try:
                line = await self._process.stdout.readline()
            except (asyncssh.Error, OSError) as error:
                raise self._lost(str(error)) from error
            if not line:
                raise await self._ended()
            told = json.loads(line)
            if "error" in told:
                error = told["error"]
                place = f"{self._place}: {error['place']}" if error["place"] else self._place
                raise DeployError(error["message"], place=place, cure=error["cure"])
            if key in told:
                return told[key] if isinstance(told[key], dict) else {}
            for name, value in told.items():
                self._tell(name, value)

    async def _ended(self) -> DeployError:
        import asyncssh

        said = ""
        with contextlib.suppress(TimeoutError, asyncssh.Error, OSError):
            async with asyncio.timeout(5):
                said = (await self._process.stderr.read()).decode(errors="replace").strip()
                await self._process.wait_closed()
        if self._process.exit_status is None:
            return self._lost("it closed")
        last = said.splitlines()[-1] if said else "it said nothing"
        if self._process.exit_status == 127:
            cure = "install Python 3.11 or later there, or name one: --python PYTHON"
            return DeployError("the host has no such Python", place=self._place, cure=cure)
        cure = "look whether that is a Python: --python PYTHON"
        return DeployError(
            f"the host's side ended with status {self._process.exit_status}: {last}", place=self._place, cure=cure
        )

    def _lost(self, why: str) -> DeployError:
        cure = "deploy again: what arrived is kept, and what ran there still runs"
        return DeployError(f"the connection was lost: {why or 'it closed'}", place=self._place, cure=cure)


@contextlib.asynccontextmanager
async def host_side(
    connection: asyncssh.SSHClientConnection, place: str, *, python: str, prefix: str, tell: Callable[[str, Any], None]
) -> AsyncGenerator[HostSide]:
    """Bring the host's program there and run it while the context lasts. Raises DeployError."""
    import asyncssh

    command = f"{shlex.quote(python)} -I -c {shlex.quote(_BOOT)} {shlex.quote(prefix)}"
    try:
        process = await connection.create_process(command, encoding=None)
    except (asyncssh.Error, OSError) as error:
        cure = "the account needs a shell"
        raise DeployError(f"the host runs no command: {error}", place=place, cure=cure) from error
    async with process:
        side = HostSide(process, place, tell)
        await side.ready()
        yield side
        process.stdin.write_eof()
