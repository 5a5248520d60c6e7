# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a graph, its file and the chip that should run it."""

from __future__ import annotations

from phosphene.errors import PhospheneError


class ModelError(PhospheneError):
    """A model's file is missing, damaged, not the one on its card, or not a graph that we run."""


class ShapeError(ModelError):
    """What was handed to a graph is not what its inputs declare."""


class AcceleratorError(PhospheneError):
    """An accelerator's library or device is missing, or failed while it ran."""


class Stalled(AcceleratorError):
    """A worker gave no answer in time, and was ended; every graph in it is gone."""


class WorkerLost(AcceleratorError):
    """A worker process ended, or said what makes no sense; every graph in it is gone."""


class StalledBeside(WorkerLost):
    """A worker was ended since another graph in it gave no answer in time."""
