# SPDX-License-Identifier: Apache-2.0
"""Chimes and spoken answers: `voice` is what a device uses, `opening` turns what a person types into its parts."""
