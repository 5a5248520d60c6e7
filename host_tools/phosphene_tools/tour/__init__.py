# SPDX-License-Identifier: Apache-2.0
"""The scripted visitor: shows the device to whoever looks, through the same senses as anybody. docs/tour.md."""
