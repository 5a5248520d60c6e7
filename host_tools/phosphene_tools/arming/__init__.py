# SPDX-License-Identifier: Apache-2.0
"""Arming a board: grants that are signed off the device."""

from phosphene_tools.arming.grant import grant_for

__all__ = ["grant_for"]
