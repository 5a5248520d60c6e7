# SPDX-License-Identifier: Apache-2.0
"""Many sessions: in order whoever plays them, and taken up where a run was ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from phosphene.errors import PhospheneError
from phosphene_tools.bench.sessions_many import PIECE, Many, Told

COUNT = 2 * PIECE + 7


def squared(plus: int, number: int) -> Told:
    """A session for the test: its number squared."""
    return {"square": number * number + plus}


def fails(number: int) -> Told:
    """A session that breaks off."""
    if number >= PIECE:
        raise ArithmeticError(number)
    return {"square": number * number}


SQUARES = [{"square": number * number} for number in range(COUNT)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_played_comes_in_order_of_its_numbers(jobs: int) -> None:
    assert Many("x", jobs, quiet=True).play("part", partial(squared, 0), COUNT) == SQUARES


def test_a_run_that_was_ended_goes_on(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    with pytest.raises(ArithmeticError):
        Many("x", kept=kept, quiet=True).play("part", fails, COUNT)
    assert len(kept.read_text().splitlines()) == 1, "what was played until then is kept"
    with kept.open("a") as file:
        file.write('{"of": "x", "part": "pa')  # killed while it wrote
    again = Many("x", kept=kept, quiet=True).play("part", partial(squared, 1), COUNT)
    assert again == [*SQUARES[:PIECE], *({"square": number * number + 1} for number in range(PIECE, COUNT))]


def test_what_was_played_of_something_else_is_not_taken(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    Many("x", kept=kept, quiet=True).play("part", partial(squared, 0), COUNT)
    other = [{"square": number * number + 5} for number in range(COUNT)]
    assert Many("y", kept=kept, quiet=True).play("part", partial(squared, 5), COUNT) == other
    assert Many("x", kept=kept, quiet=True).play("other", partial(squared, 5), COUNT) == other


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    place, test = tmp_path / "workers", Path(__file__).parents[2]
    program = (
        "from functools import partial\n"
        "from phosphene_tools.bench.sessions_many import Many\n"
        "from tests.bench.test_sessions_many import lingers\n"
        f"Many('x', 2, quiet=True).play('part', partial(lingers, {str(place)!r}), 200)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=test)
    try:
        workers = _until(lambda: len(set(place.read_text().split())) == 2 if place.exists() else False)
        assert workers, "two workers play"
    finally:
        run.kill()
        run.wait()
    pids = {int(pid) for pid in place.read_text().split()}
    assert _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids)), "they are gone"


def lingers(place: str, number: int) -> Told:
    """A session that leaves word of who plays it, and takes its time."""
    with Path(place).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(0.2)
    return {"square": number}


def _until(what: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_how_far_it_is_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Many("x").play("part", partial(squared, 0), COUNT)
    said = capsys.readouterr()
    assert said.out == ""
    assert f"part: {COUNT} of {COUNT} sessions" in said.err


def test_a_file_that_holds_no_sessions_is_refused_with_its_place(tmp_path: Path) -> None:
    kept = tmp_path / "letter.txt"
    kept.write_text(json.dumps({"of": "x"}) + "\n")
    with pytest.raises(PhospheneError, match=r"letter\.txt, line 1"):
        Many("x", kept=kept)
