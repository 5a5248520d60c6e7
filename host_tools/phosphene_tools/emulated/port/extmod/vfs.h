// SPDX-License-Identifier: Apache-2.0
// The source distribution carries no extmod; its core wants a header of this name.
