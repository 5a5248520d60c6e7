# SPDX-License-Identifier: Apache-2.0
"""How properties are searched for: the same examples on each machine, and no opinion about its speed."""

from __future__ import annotations

import signal

import typer.rich_utils
from hypothesis import HealthCheck, settings

settings.register_profile("phosphene", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("phosphene")

# It reads PY_COLORS when it is first imported, and pytester sets that for a while: nothing here is a terminal.
typer.rich_utils.FORCE_TERMINAL = None

# A shell that runs this in the background has Ctrl-C ignored, and whatever is started here would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
