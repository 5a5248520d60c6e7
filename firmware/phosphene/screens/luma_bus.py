# SPDX-License-Identifier: Apache-2.0
"""luma's options, and the bus that they describe."""

from __future__ import annotations

import argparse
import importlib
from typing import Any, Final, NoReturn

from phosphene.screens.errors import ScreenError

INSTALL: Final = "pip install phosphene[spi-screen]"


def load(module: str, place: str) -> Any:
    """Return one of luma's modules. Raises ScreenError where it isn't installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ScreenError(f"{error.name or module} is not installed", place=place, cure=INSTALL) from error


def options(controller: str, defaults: dict[str, str], settings: dict[str, str], place: str) -> argparse.Namespace:
    """Return what luma's own command line makes of `settings`: keys are its options without their dashes, and a switch
    has the value "". Raises ScreenError, naming the option, when it doesn't take one.
    """

    class Parser(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise ScreenError(message, place=place, cure="see the options of luma.core's command line")

    cmdline = load("luma.core.cmdline", place)
    parser = cmdline.create_parser("", Parser(allow_abbrev=False, add_help=False), autocomplete=False)
    line = ["--display", controller]
    for key, value in (defaults | settings).items():
        line += [f"--{key}={value}"] if value else [f"--{key}"]
    return parser.parse_args(line)


class CountedBus:
    """A bus of luma's that counts the bytes of pictures that go over it."""

    def __init__(self, wanted: argparse.Namespace, place: str) -> None:
        make = load("luma.core.cmdline", place).make_interface(wanted)
        self._bus: Any = getattr(make, wanted.interface)()
        self.sent = 0

    @property
    def gpio(self) -> Any:
        """What drives its pins; a backlight hangs there, too."""
        return self._bus._gpio

    def command(self, *command: int) -> None:
        self._bus.command(*command)

    def data(self, data: bytes | list[int]) -> None:
        self._bus.data(data)
        self.sent += len(data)

    def cleanup(self) -> None:
        self._bus.cleanup()
