# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a key."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class KeyStoreError(PhospheneError):
    """A key is missing, there already, readable by others, of the wrong kind, or not a key."""
