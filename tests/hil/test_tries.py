# SPDX-License-Identifier: Apache-2.0
"""A test that needed another try is named at the end, and one that fails on each try fails the run."""

from __future__ import annotations

import pytest


def test_each_further_try_is_told_with_its_cause(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        tries = []

        def test_that_is_starved_once():
            tries.append(None)
            assert len(tries) > 1, "the lease ran out"

        def test_that_is_wrong():
            assert False, "each time"

        def test_that_is_right():
            pass
        """
    )
    result = pytester.runpytest_subprocess("--reruns", "1", "--reruns-delay", "0")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*2 tests needed another try*",
            "*test_that_is_starved_once: 2 tries; at first: AssertionError: the lease ran out*",
            "*test_that_is_wrong: 2 tries; at first: AssertionError: each time*",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_each_try_has_a_time_out_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import time

        def test_that_hangs():
            time.sleep(60)
        """
    )
    result = pytester.runpytest_subprocess("--reruns", "2", "--reruns-delay", "0", "--timeout", "1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_that_hangs: 3 tries; at first: Failed: Timeout*"])
