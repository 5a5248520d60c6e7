# SPDX-License-Identifier: Apache-2.0
"""Recipe of the reader: a network that places a patch among a font's own glyphs, trained on other fonts."""
