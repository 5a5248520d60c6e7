# SPDX-License-Identifier: Apache-2.0
"""Traces: every moment of a run in one MCAP file, and what replays it."""
