# SPDX-License-Identifier: Apache-2.0
"""The senses: a camera and a microphone, each perceived in a thread of its own, told to whoever listens."""
