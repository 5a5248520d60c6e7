# SPDX-License-Identifier: Apache-2.0
"""What this machine lacks for a rig, and the command that cures each: `phosphene doctor`. docs/deploy.md."""

from __future__ import annotations

from phosphene_tools.doctor.examine import examine, rig_here
from phosphene_tools.doctor.finding import Finding
from phosphene_tools.doctor.machine import Machine

__all__ = ["Finding", "Machine", "examine", "rig_here"]
