# SPDX-License-Identifier: Apache-2.0
"""The commands of the pages that are not run here, and why. Each is read by its program's parser all the same."""

from __future__ import annotations

from fnmatch import fnmatchcase

from tests.docs.commands import Command

HARDWARE = "needs hardware"
MINUTES = "takes minutes"
LABGRID = "needs labgrid in an environment of its own; tests/hil/test_rack_labgrid.py does"
MACHINE = "changes the machine, or fetches from the network"

# Pattern of the whole command: `*` is any text; with `PAGE: ` before it, on that page. The first that fits counts, and
# each must be the first for some command.
LEFT_OUT: dict[str, str] = {
    "docs/add-a-task.md: *": "tests/tasks/test_add_a_task.py follows this page",
    "make test*": "is what runs this test",
    "make run": "is `phosphene run`, which is run, after setting up",
    "make setup": MACHINE,
    "make format": MACHINE,
    "pytest *": "tests/hil runs the bench; here its options are read",
    "phosphene new task dilute.water": "writes into the sources; tests/tasks/test_new.py has it write elsewhere",
    "phosphene flash *--rig [!s]*": HARDWARE,
    "phosphene deploy *": "needs a computer; tests/deploy deploys to a real sshd",
    "phosphene monitor -*": HARDWARE,
    "phosphene run *--camera /dev/video0*": HARDWARE,
    "phosphene run *--accelerator rknn:*": HARDWARE,
    "phosphene accelerators rknn:*": HARDWARE,
    "phosphene screens * fb:/dev/fb0*": HARDWARE,
    "phosphene sensors watch --camera /dev/video0*": HARDWARE,
    "phosphene bench *": MINUTES,
    "phosphene hil powercut*": MINUTES,
    "phosphene emulated *": "needs QEMU and a cross-compiler; `make test-emulated` does",
    "phosphene models build *": MINUTES,
    "phosphene models rknn*": MACHINE,
    "phosphene models score *": "needs frames that a board painted",
    "phosphene run *--for 300": MINUTES,
    "phosphene recordings wipe*": "asks a person; tests/privacy does",
    "mpremote *": HARDWARE,
    "apt-get *": MACHINE,
    "sudo *": MACHINE,
    "python3 -m venv *": MACHINE,
    "labgrid/bin/pip *": MACHINE,
    "labgrid/bin/*": LABGRID,
    "for place in *": LABGRID,
    "phosphene hil export *": LABGRID,
    "phosphene hil doctor --rig *": HARDWARE,
    "phosphene boards generate": "writes into the sources; tests/boards/test_shipped.py compares",
    "/opt/*/bin/pip install *": MACHINE,
}


def why(command: Command) -> str:
    """Return why a command isn't run, or nothing."""
    row = row_of(command)
    return LEFT_OUT[row] if row else ""


def row_of(command: Command) -> str:
    """Return the pattern that fits a command, or nothing."""
    asked = f"{command.page}: {command.plain}"
    return next((row for row in LEFT_OUT if fnmatchcase(asked, row if ".md: " in row else f"*.md: {row}")), "")
