# SPDX-License-Identifier: Apache-2.0
"""Recipes: each sub-package trains one model again and writes its int8 graphs and its card."""
