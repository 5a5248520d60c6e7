# SPDX-License-Identifier: Apache-2.0
"""One module per verb of the `phosphene` command; `cli.py` names them.

Each has a function `register(app)`, and imports what is heavy inside its commands.
"""
