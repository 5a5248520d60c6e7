# SPDX-License-Identifier: Apache-2.0
"""The monitor: every frame on the line, decoded, with who answered whom and how long it took.

tap ─▶ trace.py ─▶ entry ─▶ meaning.py ─▶ rows.py (terminal, pipe), jsonl.py (machines), hexdump.py
       pairs        one      names and
       replies      row      values from the dictionary
"""
