# SPDX-License-Identifier: Apache-2.0
"""`phosphene models`: look at graphs, predict where they run, build them again."""
