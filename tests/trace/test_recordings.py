# SPDX-License-Identifier: Apache-2.0
"""Recordings are for their owner alone, are kept as long and as many as was said, and can be wiped."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from phosphene.moment import Moment
from phosphene.trace.records import TraceError
from phosphene.trace.writer import TraceWriter
from phosphene_tools.cli import build
from phosphene_tools.recording import Recording
from phosphene_tools.recordings import DAY_S, Wiped, found, fresh_name, retained, wipe


def a_recording(path: Path) -> Path:
    writer = TraceWriter(path, {"accelerator": "cpu"}, b"")
    writer.take(Moment.first(1.0))
    writer.close()
    return path


def aged(folder: Path, days: float) -> Path:
    return a_recording(folder / fresh_name(time.time() - days * DAY_S))


def until(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not there():
        assert time.monotonic() < ends, "it never came about"
        time.sleep(0.01)


def test_a_recording_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = a_recording(tmp_path / "run.mcap")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_written_over_nothing_and_through_no_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "link.mcap").symlink_to(elsewhere)
    with pytest.raises(TraceError, match="can't be written"):
        TraceWriter(tmp_path / "link.mcap", {}, b"")
    assert not elsewhere.exists()


@pytest.mark.parametrize(
    ("place", "cause"),
    [
        ("run.mcap", "there is such a file"),
        ("none/run.mcap", "no such folder"),
        ("run.mcap/new.mcap", "no such folder"),
    ],
)
def test_a_place_that_will_not_do_is_told_before_anything_runs(tmp_path: Path, place: str, cause: str) -> None:
    (tmp_path / "run.mcap").write_bytes(b"")
    with pytest.raises(TraceError, match=cause) as error:
        Recording(tmp_path / place).check()
    assert str(tmp_path) in str(error.value)


def test_a_folder_that_is_meant_and_not_there_is_told_and_no_file_takes_its_place(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no such folder"):
        Recording(tmp_path / "recordings", folder=True).check()
    assert list(tmp_path.iterdir()) == []
    command = ["run", "--record", f"{tmp_path}/recordings/", "--for", "1"]
    ran = CliRunner().invoke(build(command), command)
    assert isinstance(ran.exception, TraceError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(TraceError, match="nothing may be written there"):
        Recording(tmp_path / "run.mcap").check()
    tmp_path.chmod(0o700)


def test_a_folder_keeps_what_is_young_and_fits(tmp_path: Path) -> None:
    old, older, young = aged(tmp_path, 31), aged(tmp_path, 40), aged(tmp_path, 1)
    mine = a_recording(tmp_path / "mine.mcap")  # not named by a device: never removed by itself
    os.utime(mine, (0, 0))
    wiped = retained(tmp_path, 30 * DAY_S, 1 << 30)
    assert [one.path for one in wiped] == [older, old]
    assert not any(one.why_not for one in wiped)
    assert {one.path for one in found(tmp_path)} == {young, mine}

    size = young.stat().st_size
    younger, youngest = aged(tmp_path, 0.5), aged(tmp_path, 0.1)
    # What runs stays, however old it is and however much there is.
    assert [one.path for one in retained(tmp_path, 30 * DAY_S, round(2.5 * size), running=young)] == [younger]
    assert [one.path for one in retained(tmp_path, 30 * DAY_S, round(1.5 * size))] == [young]
    assert {one.path for one in found(tmp_path)} == {youngest, mine}


def test_a_run_into_a_folder_tends_it_and_ends_what_has_become_too_old(tmp_path: Path) -> None:
    old = aged(tmp_path, 2)
    said: list[str] = []
    recording = Recording(tmp_path, keep_s=DAY_S)
    recording.check()
    assert recording.path.parent == tmp_path

    async def run(ended: Callable[[], bool]) -> None:
        tending = asyncio.create_task(recording.tend(lambda _, text: said.append(text)))
        async with asyncio.timeout(10):
            while not ended():
                await asyncio.sleep(0.01)
        tending.cancel()

    recording.writer = TraceWriter(recording.path, {}, b"")
    recording.writer.take(Moment.first(1.0))
    asyncio.run(run(lambda: len(said) >= 2))
    assert said[0] == str(recording.path)
    assert said[1].startswith(f"removed: {old} ")
    assert recording.goes_on
    # The same one, had it begun a day earlier.
    recording.writer.end("to be begun anew")
    recording.path = recording.path.rename(tmp_path / fresh_name(time.time() - 1.1 * DAY_S))
    recording.path.unlink()
    recording.writer = TraceWriter(recording.path, {}, b"")
    recording._until_s = time.time() - 1  # pyright: ignore[reportPrivateUsage]
    asyncio.run(run(lambda: "nothing more is recorded: it has become too old" in said))
    assert not recording.goes_on
    assert found(tmp_path) == []


def test_what_is_wiped_while_it_is_written_is_written_no_more(tmp_path: Path) -> None:
    writer = TraceWriter(tmp_path / "run.mcap", {}, b"")
    writer.take(Moment.first(1.0))
    until(lambda: bool(found(tmp_path)))
    told: list[Wiped] = []
    assert wipe([tmp_path], told.append)
    assert [one.path for one in told] == [tmp_path / "run.mcap"]
    writer.take(Moment.first(2.0))
    until(lambda: writer.ended == "the trace was removed")
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_wiping_says_of_each_what_became_of_it(tmp_path: Path) -> None:
    one, two = a_recording(tmp_path / "one.mcap"), a_recording(tmp_path / "two.mcap")
    letter, link = tmp_path / "letter.mcap", tmp_path / "link.mcap"
    letter.write_text("Dear Sir or Madam")
    link.symlink_to(two)
    command = build(["recordings"])

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(command, ["recordings", *arguments])
        return result.exit_code, result.stdout, result.stderr

    code, out, _ = run("list", str(tmp_path))
    assert code == 0
    assert out.splitlines()[-1].startswith("2 recordings")
    code, _, err = run("wipe", str(one))
    assert code == 2, "nobody was asked"
    assert one.exists()
    code, out, err = run("wipe", "--yes", str(one), str(letter), str(link), str(tmp_path / "none.mcap"))
    assert code == 1
    assert out.startswith(f"removed: {one} ")
    assert f"not removed: {letter}: it is no recording" in err
    assert f"not removed: {link}: it is no recording" in err
    assert f"not removed: {tmp_path / 'none.mcap'}: no such file or directory" in err
    code, out, err = run("wipe", "--yes", str(tmp_path))
    assert (code, err) == (0, "")
    assert out.startswith(f"removed: {two} ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.mcap", "link.mcap"]
    assert run("wipe", "--yes", str(tmp_path)) == (0, "there is no recording\n", "")


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="can't be looked into"):
        found(tmp_path / "none")
