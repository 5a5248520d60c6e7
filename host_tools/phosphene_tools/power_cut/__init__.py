# SPDX-License-Identifier: Apache-2.0
"""Cuts the power at every flash write of an update and looks at what boots. docs/flash.md."""
