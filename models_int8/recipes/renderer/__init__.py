# SPDX-License-Identifier: Apache-2.0
"""Recipe of the renderer: a teacher that composes exactly, random pages, the network, its int8 graphs."""
