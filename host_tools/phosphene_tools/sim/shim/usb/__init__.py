# SPDX-License-Identifier: Apache-2.0
"""The USB device of boards whose line is a second CDC interface."""
