# SPDX-License-Identifier: Apache-2.0
"""The engineer's tools: the `phosphene` command and what stands behind each of its verbs."""
