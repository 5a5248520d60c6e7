# SPDX-License-Identifier: Apache-2.0
"""Power by a GPIO line of this computer: the real libgpiod where there is no chip, and a stand-in for a chip."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

from phosphene_hil.power import PowerError
from phosphene_hil.power.gpio_line import GpioLine

gpiod = pytest.importorskip("gpiod", minversion="2.1", reason="gpiod is for Linux: pip install 'gpiod>=2.1'")


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


class Lines:
    """What `request_lines` gives: the only thing that needs a chip. Values are kept as the library hands them over."""

    def __init__(self, config: dict[int | str, Any]) -> None:
        self.settings = config
        self.values = {line: settings.output_value for line, settings in config.items()}
        self.released = False

    def set_value(self, line: int | str, value: Any) -> None:
        assert not self.released
        self.values[line] = value

    def get_value(self, line: int | str) -> Any:
        assert not self.released
        return self.values[line]

    def release(self) -> None:
        self.released = True


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A chip with whatever lines are asked of it; `taken` are the requests."""
    taken: list[tuple[str, Lines]] = []

    def request_lines(path: str, consumer: str, config: dict[int | str, Any]) -> Lines:
        assert consumer == "phosphene bench"
        taken.append((path, Lines(config)))
        return taken[-1][1]

    monkeypatch.setattr(gpiod, "request_lines", request_lines)
    return SimpleNamespace(taken=taken)


def test_a_line_is_taken_with_its_first_level_and_kept(chip: SimpleNamespace) -> None:
    line = GpioLine("/dev/gpiochip0", 17, active_low=True, open_drain=True)

    async def switched() -> list[bool | None]:
        told = [await line.state()]
        for on in (True, False, True):
            await line.set(on=on)
            told.append(await line.state())
        return told

    assert run(switched()) == [None, True, False, True]
    ((path, lines),) = chip.taken
    settings = lines.settings[17]
    assert path == "/dev/gpiochip0"
    assert settings.direction == gpiod.line.Direction.OUTPUT
    assert settings.output_value == gpiod.line.Value.ACTIVE, "it would pass through another level first"
    assert settings.active_low
    assert settings.drive == gpiod.line.Drive.OPEN_DRAIN
    run(line.close())
    assert lines.released


def test_the_real_library_says_that_there_is_no_chip() -> None:
    with pytest.raises(PowerError, match="no such chip") as error:
        run(GpioLine("/dev/gpiochip-nowhere", 1).set(on=True))
    assert "gpiodetect" in error.value.cure
    assert error.value.place == "line 1 of /dev/gpiochip-nowhere"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (PermissionError(13, "Permission denied"), "may not be opened"),
        (OSError(16, "Device or resource busy"), "somebody else has the line"),
        (ValueError("cannot find line 'RUN'"), "no such line"),
    ],
)
def test_what_the_library_refuses_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr(gpiod, "request_lines", refuse)
    with pytest.raises(PowerError, match=said):
        run(GpioLine("/dev/gpiochip0", "RUN").set(on=True))
