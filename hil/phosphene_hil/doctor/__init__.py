# SPDX-License-Identifier: Apache-2.0
"""Drives each net between instrument and board, and names the wires that are not as they should be."""

from phosphene_hil.doctor.examining import examine
from phosphene_hil.doctor.finding import Finding, State

__all__ = ["Finding", "State", "examine"]
