# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a speaker or with the speech engine."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class SoundError(PhospheneError):
    """A speaker, a speech engine or a file in a speaker's place is missing, busy, or failed while it ran."""
