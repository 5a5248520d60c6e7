# SPDX-License-Identifier: Apache-2.0
"""Over a real sshd: a version is switched to when it is well, and whatever goes wrong, the one before stays."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from phosphene_tools.deploy.connection import Target
from phosphene_tools.deploy.errors import DeployError
from phosphene_tools.deploy.flow import Done, back
from phosphene_tools.deploy.version_set import VersionSet
from phosphene_tools.keys.key import Key
from tests.deploy.conftest import small_version
from tests.deploy.loopback import Loopback


def put(host: Loopback, made: VersionSet, **changed: object) -> Done:
    return asyncio.run(host.deploy(made, **changed))


def refused(host: Loopback, made: VersionSet, **changed: object) -> DeployError:
    """Deploy what must fail, and see that what ran stays."""
    before = host.current
    with pytest.raises(DeployError) as raised:
        put(host, made, **changed)
    assert host.current == before
    assert raised.value.cure
    assert len(str(raised.value).splitlines()) == 1
    if before:
        assert host.ran("phosphene").stdout.strip().endswith(f"{before}/package/phosphene_tools/cli.py")
    return raised.value


@pytest.fixture
def running(host: Loopback, key: Key) -> Loopback:
    """A host that runs a version."""
    put(host, small_version(key))
    return host


def test_a_version_is_checked_and_switched_to_and_its_unit_written(host: Loopback, key: Key) -> None:
    done = put(host, small_version(key))
    assert (done.switched, done.started, host.current) == (True, False, done.slot)
    assert [check["said"] for check in done.checks] == ["well"]
    unit = (host.home / ".config/systemd/user/phosphene.service").read_text()
    assert "Type=notify" in unit
    assert "WatchdogSec=10" in unit
    assert f'ExecStart="{host.prefix}/current/bin/start"' in unit
    assert host.ran("phosphene").stdout.strip() == str(
        host.prefix / "sets" / done.slot / "package/phosphene_tools/cli.py"
    )


def test_only_what_the_host_lacks_is_sent(running: Loopback, key: Key) -> None:
    assert put(running, small_version(key)).sent == 0
    more = small_version(key, more={"package/new.py": b"new = True\n"})
    assert (put(running, more).sent, running.current) == (1, more.seal[:16])


def test_a_failed_check_leaves_what_ran(running: Loopback, key: Key) -> None:
    error = refused(running, small_version(key, health="the frame is blank"))
    assert "the check of the frame failed: the frame is blank" in str(error)
    assert error.cure == "see a doctor"


def test_a_check_that_crashes_fails(running: Loopback, key: Key) -> None:
    broken = small_version(key, more={"package/phosphene_tools/deploy/health.py": b"import nothing_of_the_kind\n"})
    assert "nothing_of_the_kind" in str(refused(running, broken))


def test_what_was_changed_after_it_was_signed_is_refused(running: Loopback, key: Key) -> None:
    good = small_version(key, version="2")
    assert "not signed by its owner" in str(
        refused(running, replace(good, manifest=good.manifest.replace(b'"2"', b'"3"')))
    )
    assert "not signed by its owner" in str(refused(running, replace(good, signature=bytes(64))))


def test_a_file_that_is_not_what_its_hash_says_is_refused(running: Loopback, key: Key) -> None:
    good = small_version(key, version="4", more={"package/four.py": b"four = 4\n"})
    spoilt = {name: data.replace(b"four = 4", b"four = 5") for name, data in good.files.items()}
    assert "did not arrive as it was sent" in str(refused(running, replace(good, files=spoilt)))


def test_what_is_spoilt_on_the_host_is_sent_again_and_does_not_start(running: Loopback, key: Key) -> None:
    assert running.ran("verify").returncode == 0
    file = running.prefix / "current/package/phosphene_tools/cli.py"
    file.chmod(0o644)
    file.write_text("def main(): print('not what was signed')\n")
    refusal = running.ran("verify")
    assert refusal.returncode == 1
    assert "cli.py is not what was signed" in refusal.stderr
    assert put(running, small_version(key)).sent == 1
    assert running.ran("verify").returncode == 0


def test_a_file_beside_the_signed_ones_does_not_start(running: Loopback) -> None:
    (running.prefix / "current/package/sitecustomize.py").write_text("print('hello')\n")
    assert "sitecustomize.py is not of the set" in running.ran("verify").stderr
    (running.prefix / "current/package/sitecustomize.py").unlink()


def test_a_second_owner_is_refused_until_it_is_handed_over(running: Loopback, key: Key) -> None:
    other = Key.new("ed25519")
    assert "--new-owner" in refused(running, small_version(other, version="6")).cure
    put(running, small_version(other, version="6"), new_owner=True)
    refused(running, small_version(key, version="7"))
    put(running, small_version(key, version="7"), new_owner=True)


def test_the_set_before_is_gone_back_to(running: Loopback, key: Key) -> None:
    first = running.current
    second = small_version(key, version="8")
    put(running, second)
    done = asyncio.run(back(running.wish()))
    assert (done.before, done.slot, running.current) == (second.seal[:16], first, first)


def test_old_sets_and_their_files_go(running: Loopback, key: Key) -> None:
    made = [small_version(key, version=f"9.{n}", more={f"package/n{n}.py": b"%d" % n}) for n in range(4)]
    for one in made:
        put(running, one, keep=2)
    left = {path.name for path in (running.prefix / "sets").iterdir()}
    assert left == {one.seal[:16] for one in made[-2:]}
    objects = {path.name for path in (running.prefix / "objects").iterdir()}
    assert objects == {digest for one in made[-2:] for digest in one.files}


def test_a_dry_run_changes_nothing(running: Loopback, key: Key) -> None:
    before = running.current
    done = put(running, small_version(key, version="10", more={"package/ten.py": b"10"}), dry_run=True)
    assert (done.sent, done.switched, running.current) == (1, False, before)


# ---- the way there


def test_a_host_whose_key_is_not_known_is_not_talked_to(running: Loopback, key: Key, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("")
    target = replace(running.target(), known_hosts=tmp_path / "none")
    error = refused(running, small_version(key, version="20"), target=target)
    assert "key is not known here" in error.message
    assert "fingerprint" in error.cure


def test_a_key_that_the_host_does_not_take(running: Loopback, key: Key, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "id")], check=True)
    target = replace(running.target(), identity=tmp_path / "id")
    assert "does not take this key" in refused(running, small_version(key, version="21"), target=target).message


def test_nobody_listens(running: Loopback, key: Key) -> None:
    error = refused(running, small_version(key, version="22"), target=running.target(port=1))
    assert "can't be reached" in error.message


def test_the_cable_is_pulled_while_files_are_sent(running: Loopback, key: Key, large: bytes) -> None:
    made = small_version(key, version="23", more={"package/large": large, "package/small": b"small"})

    async def with_cut() -> None:
        async with cutting(running.port, after=2_000_000) as port:
            known = running.folder / "known_through_cut"
            known.write_text((running.folder / "known_hosts").read_text().replace(str(running.port), str(port)))
            await running.deploy(made, target=replace(running.target(port=port), known_hosts=known))

    before = running.current
    with pytest.raises(DeployError, match="connection was lost"):
        asyncio.run(with_cut())
    assert running.current == before
    # What arrived whole is not sent twice, and nothing half is taken for whole.
    assert 0 < put(running, made).sent <= 2
    assert running.current == made.seal[:16]


@contextlib.asynccontextmanager
async def cutting(port: int, after: int) -> AsyncGenerator[int]:
    """A cable to `port` that is pulled after so many bytes towards it."""
    writers: list[asyncio.StreamWriter] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int) -> None:
        with contextlib.suppress(OSError):
            while most > 0 and (piece := await reader.read(65536)):
                most -= len(piece)
                writer.write(piece)
                await writer.drain()
        for one in writers:
            one.transport.abort()

    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writers.extend((writer, back))
        await asyncio.gather(carry(reader, back, after), carry(there, writer, sys.maxsize))

    async with await asyncio.start_server(both, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])


# ---- the host


def test_the_disk_is_full(running: Loopback, key: Key, large: bytes) -> None:
    full = running.folder / "full"
    full.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(full)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        full.rmdir()
        pytest.skip("this user may not mount a small file system")
    try:
        made = small_version(key, version="30", more={"package/large": large})
        error = refused(running, made, prefix=str(full))
        assert "too full" in error.message
        # And when it fills up meanwhile, which the system says in the middle of a write.
        error = _filled_up(running, made, full)
        assert "disk is full" in error.message
    finally:
        subprocess.run(["umount", "-l", str(full)], check=True)


def _filled_up(host: Loopback, made: VersionSet, full: Path) -> DeployError:
    from phosphene_tools.deploy.connection import connected
    from phosphene_tools.deploy.host_side import host_side

    async def send() -> None:
        async with connected(host.target()) as connection:
            side = host_side(connection, "host", python=sys.executable, prefix=str(full), tell=lambda *_: None)
            async with side as there:
                await there.send(made.files, lambda _: None)

    with pytest.raises(DeployError) as raised:
        asyncio.run(send())
    return raised.value


def test_a_python_that_is_too_old(running: Loopback, key: Key, tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    lie = "import sys; sys.version_info = (3, 9, 2); import code; exec(sys.argv.pop(1))"
    old.write_text(f'#!/bin/sh\nshift 2\nexec {sys.executable} -I -c "{lie}" "$@"\n')
    old.chmod(0o755)
    error = refused(running, small_version(key, version="31"), python=str(old))
    assert error.message == "the host's Python is 3.9, and 3.11 is needed"


def test_no_python(running: Loopback, key: Key) -> None:
    assert "no such Python" in refused(running, small_version(key, version="32"), python="/opt/none/python").message


def test_two_at_once(running: Loopback, key: Key) -> None:
    with (running.prefix / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another deployment" in refused(running, small_version(key, version="33")).message


def test_an_environment_is_made_from_the_wheels_of_the_set_and_kept(
    running: Loopback, key: Key, tmp_path: Path
) -> None:
    """A real pip in a real environment; the accelerator's own one, too. Nothing is fetched."""
    from phosphene_tools import places

    pip = next((places.checkout() or tmp_path).glob("tools/pip/*.whl"), None)
    assert pip is not None
    wheels = {f"wheels/{path.name}": path.read_bytes() for path in (_wheel(tmp_path, "one"), _wheel(tmp_path, "two"))}
    files = {"package/" + name: data for name, data in _sources(key).items()} | wheels
    files[f"pip/{pip.name}"] = pip.read_bytes()
    made = VersionSet.build(files, key, version="40", rig="sim", requirements=["one"], worker=["two"])
    put(running, made, environment="")
    main, worker = (running.prefix / "current/bin/environments").read_text().split()
    assert (_imports(main, "one"), _imports(main, "two")) == (True, False)
    assert (_imports(worker, "one"), _imports(worker, "two")) == (False, True)
    assert f"--accelerator cpu:{worker}" in (running.prefix / "current/bin/start").read_text()
    born = Path(main).stat().st_ctime_ns
    again = VersionSet.build(files, key, version="41", rig="sim", requirements=["one"], worker=["two"])
    put(running, again, environment="")
    assert Path(main).stat().st_ctime_ns == born
    lacking = VersionSet.build(files, key, version="42", rig="sim", requirements=["three"])
    assert "pip failed" in refused(running, lacking, environment="").message


def _sources(key: Key) -> dict[str, bytes]:
    made = small_version(key)
    return {name.removeprefix("package/"): made.files[digest] for name, (digest, _) in _named(made).items()}


def _named(made: VersionSet) -> dict[str, tuple[str, int]]:
    return json.loads(made.manifest)["files"]


def _imports(python: str, name: str) -> bool:
    return subprocess.run([python, "-I", "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def _wheel(folder: Path, name: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


def test_what_names_no_host() -> None:
    for text in ("", "@host", "user@", "-oProxyCommand=x"):
        with pytest.raises(DeployError, match="names no host"):
            Target.parse(text)


def test_a_private_key_that_is_not_there(running: Loopback, key: Key) -> None:
    target = replace(running.target(), identity=Path("/nowhere/id"))
    assert "can't be read" in refused(running, small_version(key, version="50"), target=target).message
