# SPDX-License-Identifier: Apache-2.0
"""The gesture network: a small multilayer perceptron over the landmarks of a hand."""
