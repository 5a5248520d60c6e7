# SPDX-License-Identifier: Apache-2.0
"""Rigs that labgrid lends: a place is a rig."""
