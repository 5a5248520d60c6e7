# SPDX-License-Identifier: Apache-2.0
"""Compares what a transcript shows with what was printed.

What differs from run to run is known by its form (`VARIABLE`) and may differ, but what is shown twice must be the same
twice. `…` stands for the rest of a line or, alone on one, for any number of lines. All else must be equal.
"""

from __future__ import annotations

import re

_FORMS = {
    "terminal": r"/dev/pts/\d+",
    "folder": r"/tmp/phosphene-sim-\w+",
    "time": r"\d\d:\d\d:\d\d(?:\.\d+)?",
    "date": r"\d{4}-\d\d-\d\d",
    "duration": r"\d+(?:\.\d+)? (?:µs|ms|s|min)\b",
    "boot": r"boot [0-9a-f]{8}\b",
    "process": r"process \d+",
}
VARIABLE = re.compile("|".join(f"(?P<{name}>{form})" for name, form in _FORMS.items()))
# The simulated board's folder lies in a temporary directory, which is not everywhere /tmp.
_PRINTED = _FORMS | {"folder": r"/[\w./-]*phosphene-sim-\w+"}


def pattern(shown: str, *, goes_on: bool = False) -> re.Pattern[str]:
    """Return what a printed text must match from its beginning to its end; what `goes_on` may print more."""
    known: dict[str, str] = {}
    lines = [_line(line, known) for line in shown.strip("\n").splitlines()]
    return re.compile("".join(lines) + ("" if goes_on else r"\Z"))


def _line(line: str, known: dict[str, str]) -> str:
    if line.strip() in ("…", "..."):
        return r"(?:.*\n)*?"
    found, end = "", 0
    for part in VARIABLE.finditer(line):
        found += _fixed(line[end : part.start()])
        if part[0] not in known:
            known[part[0]] = f"v{len(known)}"
            found += f"(?P<{known[part[0]]}>{_PRINTED[str(part.lastgroup)]})"
        else:
            found += f"(?P={known[part[0]]})"
        end = part.end()
    return found + _fixed(line[end:]) + "\n"


def _fixed(text: str) -> str:
    return ".*".join(map(re.escape, text.split("…")))
