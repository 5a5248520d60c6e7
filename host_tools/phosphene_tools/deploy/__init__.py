# SPDX-License-Identifier: Apache-2.0
"""Putting versions on the device's computer over SSH: signed sets, slots, the check, the switch. docs/deploy.md."""
