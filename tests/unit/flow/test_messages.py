"""The four messages, as server-sent events."""

import math

import pytest

from octopus.flow import edge_status, execution_complete, execution_error, node_status
from octopus.flow.messages import raw_complete, raw_edge_status, raw_error, raw_node_status


@pytest.mark.parametrize(
    ("message", "event", "data"),
    [
        (node_status("a", "running"), "nodeStatus", '{"nodeId": "a", "status": "running"}'),
        (
            node_status("a", "error", "g", "no"),
            "nodeStatus",
            '{"nodeId": "a", "status": "error", "graphId": "g", "message": "no"}',
        ),
        (raw_node_status("a", "success", rows=3), "nodeStatus", '{"nodeId": "a", "status": "success", "rows": 3}'),
        (
            edge_status("a", "b", "running", animated=True),
            "edgeStatus",
            '{"sourceId": "a", "targetId": "b", "status": "running", "animated": true}',
        ),
        (
            raw_edge_status("a", "b", "success", graphId="g"),
            "edgeStatus",
            '{"sourceId": "a", "targetId": "b", "status": "success", "animated": false, "graphId": "g"}',
        ),
        (execution_complete(), "complete", '{"completed": true}'),
        (
            execution_complete("Done", {"a": math.nan}),
            "complete",
            '{"completed": true, "message": "Done", "results": {"a": "NaN"}}',
        ),
        (raw_complete("Done", rows=3), "complete", '{"completed": true, "message": "Done", "rows": 3}'),
        (execution_error("no"), "error", '{"error": true, "message": "no"}'),
        (
            execution_error("no", "a", {"code": 500}),
            "error",
            '{"error": true, "message": "no", "nodeId": "a", "details": {"code": 500}}',
        ),
        (raw_error("a\nb"), "error", '{"error": true, "message": "a\\nb"}'),
    ],
)
def test_a_message_is_one_event_with_one_line_of_json(message: str, event: str, data: str) -> None:
    assert message == f"event: {event}\ndata: {data}\n\n"
