# SPDX-License-Identifier: Apache-2.0
"""What the recipes of the seeing graphs share: published float graphs in, static int8 graphs that map out."""
