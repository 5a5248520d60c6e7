# SPDX-License-Identifier: Apache-2.0
"""The bench Pico: our firmware in the role of an instrument, and the host's side of it. docs/instrument.md."""
