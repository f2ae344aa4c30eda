"""Hypothesis settings: the same examples on every machine, and no clock that could fail a slow one. With
OCTOPUS_TEST_EXAMPLES=<factor> that many times as many, and others each time (with `pytest --timeout 0`)."""

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("OCTOPUS_TEST_EXAMPLES", "1"))


def examples(count: int, **more: int) -> settings:
    return settings(
        max_examples=count * FACTOR,
        derandomize=FACTOR == 1,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        **more,
    )
