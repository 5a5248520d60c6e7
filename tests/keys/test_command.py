# SPDX-License-Identifier: Apache-2.0
"""`phosphene keys` from the first key to an armed board, as an owner would do it."""

from __future__ import annotations

import asyncio
import io
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from phosphene_tools.bench.board import simulated_board
from phosphene_tools.cli import main
from phosphene_tools.keys.key import Key

Run = Callable[..., "Ran"]


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    returncode: str | int | None
    stdout: str
    stderr: str


@pytest.fixture
def run(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`phosphene …` in an environment of its own, without a board or key of the tester's."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    # A folder with a short name: the path of a socket holds 107 bytes.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))

    def phosphene(*words: str) -> Ran:
        # In this process: an interpreter for each command would take most of the time.
        out, errors = io.StringIO(), io.StringIO()
        code: str | int | None = 0
        monkeypatch.setattr(sys, "argv", ["phosphene", *words])
        with redirect_stdout(out), redirect_stderr(errors):
            try:
                main()
            except SystemExit as end:
                code = end.code
        return Ran(code, out.getvalue(), errors.getvalue())

    return phosphene


@pytest.fixture
def board() -> Iterator[tuple[str, bytes]]:
    """(port, arming key) of a simulated board that runs as long as the test."""
    up, over = threading.Event(), threading.Event()
    found: list[tuple[str, bytes]] = []

    async def serve() -> None:
        async with simulated_board(seed=9) as running:
            found.append((str(running.port_link), running.arm_key))
            up.set()
            while not over.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert up.wait(20)
    yield found[0]
    over.set()
    thread.join(20)


def printed(ran: Ran) -> str:
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_keys_are_made_and_listed(run: Run, tmp_path: Path) -> None:
    assert re.fullmatch(r"owner hmac [0-9a-f]{16}, kept in .*\n", printed(run("keys", "new", "owner")))
    printed(run("keys", "new", "maker", "--kind", "ed25519"))
    listed = printed(run("keys", "list"))
    assert re.fullmatch(r"maker ed25519 [0-9a-f]{16}\nowner hmac [0-9a-f]{16}\n", listed)
    secret = next(tmp_path.rglob("owner.hmac")).read_text().strip()
    assert secret not in listed
    again = run("keys", "new", "owner")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("error: there is a key 'owner' already")


def test_a_grant_is_signed_without_a_board(run: Run, tmp_path: Path) -> None:
    printed(run("keys", "new", "owner"))
    key = Key("hmac", bytes.fromhex(next(tmp_path.rglob("owner.hmac")).read_text()))
    nonce = bytes(range(16))
    words = ("keys", "grant", "unlock", "owner", "--subject", "front", "--boot", "77", "--nonce")
    assert printed(run(*words, nonce.hex())) == f"0x{key.grant('unlock', 77, nonce, b'front').hex()}\n"
    for wrong in (run(*words, "00"), run("keys", "grant", "arm", "owner", "--boot", "1"), run(*words, "x" * 32)):
        assert wrong.returncode == 2


def test_from_provisioning_to_rotation(run: Run, board: tuple[str, bytes], tmp_path: Path) -> None:
    port, factory = board
    at = ("--port", port)
    for name, kind in (("door", "hmac"), ("maker", "ed25519"), ("next", "ed25519")):
        printed(run("keys", "new", name, "--kind", kind))
    assert "slot unlock holds door" in printed(run("keys", "provision", "unlock", "door", *at))
    printed(run("keys", "provision", "update", "maker", *at))
    refused = run("keys", "provision", "update", "next", *at)
    assert refused.returncode == 1
    assert "rotate it by a grant" in refused.stderr
    assert "holds next" in printed(run("keys", "rotate", "update", "next", "--by", "maker", *at))
    wrong = run("keys", "rotate", "update", "maker", "--by", "maker", *at)
    assert wrong.returncode == 1
    assert "wrong grant" in wrong.stderr
    slots = printed(run("call", "crypto.slots", *at))
    kept = dict(line.split(" ", 1) for line in printed(run("keys", "list")).splitlines())
    assert f"unlock {kept['door']}" in slots
    assert f"update {kept['next']}" in slots
    # The arming key that came with the board becomes a key of the owner's own.
    folder = next(tmp_path.rglob("door.hmac")).parent
    (folder / "factory.hmac").touch(0o600)
    (folder / "factory.hmac").write_text(factory.hex())
    printed(run("keys", "rotate", "arm", "door", "--by", "factory", *at))
    grant = printed(run("keys", "grant", "arm", "door", *at)).strip()
    armed = run("call", "board.arm", f"grant={grant}", *at, "--role", "arm")
    # The grant is right; what keeps the board from arming is that nothing renews a lease here.
    assert armed.returncode == 1
    assert "lease" in armed.stderr
    assert "wrong grant" not in armed.stderr
