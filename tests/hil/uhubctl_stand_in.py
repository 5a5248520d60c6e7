# SPDX-License-Identifier: Apache-2.0
"""Stands in for `uhubctl` where there is no hub: says what the real program (2.5.0) says, and keeps its ports' state.

Only the hub is imitated. What is said follows the program's own source; STATE is a JSON file.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

HUB = "1-1.4"
NOT_FOUND = "No compatible devices detected at location {}!\nRun with -h to get usage info.\n"
DENIED = (
    "There were permission problems while accessing USB.\nFollow https://git.io/JIB2Z for a fix!\n"
    "No compatible devices detected at location {}!\nRun with -h to get usage info.\n"
)


def main(arguments: list[str]) -> int:
    """Answer as the program does."""
    path = Path(os.environ["STAND_IN_STATE"])
    state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    state["calls"].append(arguments)
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    location, port = options["-l"], options["-p"]
    status = 0
    if state["mode"] == "denied":
        sys.stdout.write(DENIED.format(location))
        status = 1
    elif location != HUB:
        sys.stdout.write(NOT_FOUND.format(location))
        status = 1
    else:
        show("Current", state, port)
        if action := options.get("-a"):
            if state["mode"] != "pretends":
                state["on"][port] = action == "on"
            print(f"Sent power {action} request")
            show("New", state, port)
    path.write_text(json.dumps(state), encoding="utf-8")
    return status


def show(which: str, state: dict[str, Any], port: str) -> None:
    """Print a hub as it is told."""
    kind = "ganged" if state["mode"] == "ganged" else "ppps"
    print(f"{which} status for hub {HUB} [0bda:5411 Generic USB2.1 Hub, USB 2.10, 4 ports, {kind}]")
    device = " [2e8a:0005 MicroPython Board in FS mode e66058388353562f]"
    print(f"  Port {port}: 0103 power enable connect{device}" if state["on"][port] else f"  Port {port}: 0000 off")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
