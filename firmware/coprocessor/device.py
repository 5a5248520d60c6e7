# SPDX-License-Identifier: Apache-2.0
"""This board, assembled: what the tasks reach through `import device`."""

import crash
import json
import machine
import os
from clock import Clock
from counters import Counters
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
        self.firmware_hash = registry.firmware_hash
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


def assemble() -> None:
    """Build the device from `board.json`; outputs are safe before the line opens."""
    global config, store, registry, port, line, safety, outputs, last_fault
    with open("board.json") as file:
        config = json.load(file)
    store = config.get("store", "")
    registry = Registry()
    last_fault = crash.take(store)
    boot_id = draw()
    counters = Counters()
    safety = Safety(config, counters, boot_id, store)
    outputs = Outputs(config.get("outputs", []), safety, config.get("interlocks", []))
    port = open_port(config["line"])
    line = Line(port, boot_id, Identity(), registry, safety, status, counters, clock)
    safety.start(outputs.all)
    resume()


def resume() -> None:
    """Go on with the timers that were set before a reset, and with the time of day, without waiting for a call."""
    try:
        os.stat(store + "timers.json")
    except OSError:
        pass  # none was set
    else:
        __import__("timers")  # which loads them, and has itself called in every round
    if "rtc" in config:
        __import__("battery_clock")  # which does so too, and tells the timers the time of day
