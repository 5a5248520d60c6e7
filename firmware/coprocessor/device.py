# SPDX-License-Identifier: Apache-2.0
"""This board, assembled: what the tasks reach through `import device`."""

import crash
import json
import machine
import os
import sys
from clock import Clock
from counters import Counters
from inputs import Inputs
from line import Line
from outputs import Outputs
from port import open_port
from registry import Registry
from safety import Safety
from session import draw

config = {}
clock = Clock()
registry: Registry
port: machine.UART
line: Line
safety: Safety
outputs: Outputs
inputs: Inputs
last_fault = 0  # the code of the crash record that the boot before this one left
maintenance = False  # set by board.disarm: the dispatcher ends, the REPL begins
store = ""  # where files go that outlive a reset, with its trailing slash
drains = []  # called in every round: what interrupts left behind

RESET_CAUSES = {"PWRON_RESET": 1, "HARD_RESET": 2, "WDT_RESET": 3, "SOFT_RESET": 4}


class Identity:
    """Who this is, for WELCOME."""

    def __init__(self):
        self.board = config["board"].encode()
        self.unique_id = machine.unique_id()
        # A version in a slot is named by all of it: board.json, too.
        self.firmware_hash = __import__("trial").seal()[:8] if in_slot() else registry.firmware_hash
        self.dictionary_hash = registry.hash
        self.dictionary_length = registry.length
        self.reset_cause = 0
        cause = machine.reset_cause()
        for name, number in RESET_CAUSES.items():
            # Ports define only the constants that they can tell apart.
            if getattr(machine, name, None) == cause:
                self.reset_cause = number


def status() -> tuple:
    """(flags, last fault) for WELCOME."""
    flags = safety.armed | (safety.latched != "") << 1 | safety.live << 2 | maintenance << 3
    return flags, last_fault


def in_slot() -> bool:
    """Whether the boot stub started this, from one of its two folders. docs/flash.md."""
    return os.getcwd()[-2:] in ("/a", "/b")


def assemble() -> None:
    """Build the device from `board.json`; outputs are safe before the line opens."""
    global config, store, registry, port, line, safety, outputs, inputs, last_fault
    with open("board.json") as file:
        config = json.load(file)
    if "privacy" in config:
        __import__("privacy")  # its lights are on before anything else: a reset may come while a camera is open
    store = config.get("store", "")
    registry = Registry()
    last_fault = crash.take(store)
    boot_id = draw()
    counters = Counters()
    safety = Safety(config, counters, boot_id, store)
    outputs = Outputs(config.get("outputs", []), safety, config.get("interlocks", []))
    inputs = Inputs(config.get("inputs", []))
    port = open_port(config["line"])
    line = Line(port, boot_id, Identity(), registry, safety, status, counters, clock)
    safety.start(outputs.all)
    resume()


def resume() -> None:
    """Go on without waiting for a call: timers set before a reset, the time of day, tasks that count from now on."""
    try:
        os.stat(store + "timers.json")
    except OSError:
        pass  # none was set
    else:
        __import__("timers")  # which loads them, and has itself called in every round
    if "rtc" in config:
        __import__("battery_clock")  # which does so too, and tells the timers the time of day
    if in_slot():
        __import__("trial").begin()  # which resets the board when nobody confirms a new version
    for name in at_boot():
        try:
            __import__(name)
        except Exception as fault:  # one task's mistake must not stop the others; its next call tells it
            sys.print_exception(fault)


def at_boot() -> list:
    """The modules of tasks that are imported now and not with their first call."""
    try:
        with open("at_boot.txt") as names:
            return names.read().split()
    except OSError:
        return []  # laid out by tools that know of none
