# SPDX-License-Identifier: Apache-2.0
"""Power and reset of a real board: a switch by whichever means the bench has. docs/instrument.md."""

from phosphene_hil.power.switch import PowerError, Switch, cut, pulse
from phosphene_hil.power.wish import AttendedWish, SwitchWish, open_switch

__all__ = ["AttendedWish", "PowerError", "Switch", "SwitchWish", "cut", "open_switch", "pulse"]
