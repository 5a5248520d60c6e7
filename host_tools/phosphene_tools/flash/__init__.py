# SPDX-License-Identifier: Apache-2.0
"""Putting versions of the firmware on a micro-controller: bundles, slots, and the way there. docs/flash.md."""
