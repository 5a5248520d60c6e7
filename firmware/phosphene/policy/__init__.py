# SPDX-License-Identifier: Apache-2.0
"""Decides what is wanted: a small recurrent int8 network over what is heard, seen, shown and running."""

from __future__ import annotations

from phosphene.policy.decision import Action, Decision
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.policy import Policy, State
from phosphene.policy.situation import Person, Situation

__all__ = ["Action", "Decision", "Lexicon", "Person", "Policy", "Situation", "State"]
