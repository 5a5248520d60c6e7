# SPDX-License-Identifier: Apache-2.0
"""Recipe of the glyph atlas: fonts and our own icons drawn into boxes of cells, with no network in it."""
