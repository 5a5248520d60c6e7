# SPDX-License-Identifier: Apache-2.0
"""The client: exact tasks of the micro-controller, called from Python, typed by its dictionary."""
