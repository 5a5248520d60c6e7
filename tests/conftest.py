# SPDX-License-Identifier: Apache-2.0
"""How properties are searched for: the same examples on each machine, and no opinion about its speed."""

from __future__ import annotations

import typer.rich_utils  # noqa: F401  # reads the environment when it is imported, and pytester changes that for a while
from hypothesis import HealthCheck, settings

settings.register_profile("phosphene", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("phosphene")
