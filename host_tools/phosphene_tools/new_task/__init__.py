# SPDX-License-Identifier: Apache-2.0
"""Writing tasks: their first files, and a simulated board to try them on."""

from phosphene_tools.new_task.own import own_tasks, phrases
from phosphene_tools.new_task.scaffold import Scaffold, scaffold
from phosphene_tools.new_task.trial import trial_board

__all__ = ["Scaffold", "own_tasks", "phrases", "scaffold", "trial_board"]
