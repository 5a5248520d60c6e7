# SPDX-License-Identifier: Apache-2.0
"""Where a finger is: touch panels, and the mouse of a window.

`opening` turns what a person types into a source of touches, `watch` runs one.
"""
