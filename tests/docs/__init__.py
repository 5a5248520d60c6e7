# SPDX-License-Identifier: Apache-2.0
"""What the pages say is what happens: their commands, transcripts, code, tables of settings and links."""
