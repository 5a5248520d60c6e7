# SPDX-License-Identifier: Apache-2.0
"""Trains the field: a rectified flow from noise to the weights that mix the palette's three ground colours."""
