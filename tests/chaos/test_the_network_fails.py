"""A client's connection is cut again and again, at any byte: when it comes back it misses nothing."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.chaos.flaky_proxy import FlakyProxy
from tests.chaos.pipelines import pipeline, ticker
from tests.chaos.verdict import faults_found
from tests.chaos.watcher import Watcher
from tests.support.server import ServerProcess

CUTS = 50
MOST_BYTES = 3_000
"""More than the handshake, less than the whole story, which is compressed."""


@pytest.fixture
def flaky_proxy(shaky: ServerProcess) -> Iterator[FlakyProxy]:
    proxy = FlakyProxy(shaky.port, Random(20), CUTS, MOST_BYTES)
    proxy.start()
    yield proxy
    proxy.stop()


def test_a_connection_cut_fifty_times_at_any_byte_costs_and_doubles_nothing(
    shaky: ServerProcess, flaky_proxy: FlakyProxy
) -> None:
    document = pipeline("Cut", [ticker("a", 3_000, pause_s=0.1)], [])
    watcher = Watcher(shaky, document, port=flaky_proxy.port, retry_s=0.02)
    watcher.start()
    watcher.join(150)
    assert watcher.is_over
    assert watcher.events[-1]["kind"] == "run.succeeded"
    assert flaky_proxy.cuts_left < 0
    assert watcher.reconnects >= CUTS
    assert faults_found(shaky, [watcher]) == []
