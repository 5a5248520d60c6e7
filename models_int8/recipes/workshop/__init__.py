# SPDX-License-Identifier: Apache-2.0
"""What all recipes share: the training loop, the way to int8, the card, the command line."""
