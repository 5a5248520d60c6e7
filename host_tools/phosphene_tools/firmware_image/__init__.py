# SPDX-License-Identifier: Apache-2.0
"""The firmware as it lies on a board: its files and the prebuilt capability dictionary."""

from phosphene_tools.firmware_image.declarations import DeclarationError, Declared, read_tasks
from phosphene_tools.firmware_image.image import build_dictionary, install

__all__ = ["DeclarationError", "Declared", "build_dictionary", "install", "read_tasks"]
