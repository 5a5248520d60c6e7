# SPDX-License-Identifier: Apache-2.0
"""The console: the painted screen in a browser, live and clickable, with the wishes that change its look."""
