"""The messages of a flow, as server-sent events: `nodeStatus`, `edgeStatus`, `complete`, `error`."""

import json
from typing import Any

from octopus.flow.readable import readable, readable_results


def sse(event: str, data: dict[str, Any], message_id: int | None = None) -> str:
    """One server-sent event. `data`: sent as JSON in one line. `message_id`: what a browser that reconnects says it has
    seen; None: it cannot resume after this one."""
    head = "" if message_id is None else f"id: {message_id}\n"
    return f"{head}event: {event}\ndata: {json.dumps(data, allow_nan=False)}\n\n"


def raw_node_status(
    node_id: str,
    status: str,
    *,
    graphId: str | None = None,  # noqa: N803
    message: str | None = None,
    **extra: Any,
) -> str:
    """A `nodeStatus` event; `extra` is added to its data as it is."""
    return sse("nodeStatus", node_data(node_id, status, graphId, message) | extra)


def raw_edge_status(
    source_id: str,
    target_id: str,
    status: str,
    *,
    animated: bool = False,
    graphId: str | None = None,  # noqa: N803
    **extra: Any,
) -> str:
    """An `edgeStatus` event; `extra` is added to its data as it is."""
    graph = {} if graphId is None else {"graphId": graphId}
    return sse("edgeStatus", edge_data(source_id, target_id, status, animated) | graph | extra)


def raw_complete(message: str | None = None, results: dict[str, Any] | None = None, **extra: Any) -> str:
    """A `complete` event. `results`: shown in the form of `readable` where they are no JSON."""
    shown = None if results is None else readable_results(results)
    return sse("complete", complete_data(message, shown) | extra)


def raw_error(message: str, *, nodeId: str | None = None, details: dict[str, Any] | None = None, **extra: Any) -> str:  # noqa: N803
    """An `error` event. `nodeId`: where it happened."""
    more = {} if details is None else {"details": readable(details)}
    return sse("error", error_data(message, nodeId) | more | extra)


def node_status(node_id: str, status: str, graph_id: str | None = None, message: str | None = None) -> str:
    """The server-sent event that a node is `pending`, `running`, `success`, `error`, `skipped`, `cancelled` or
    `warning`. `message`: shown with it."""
    return raw_node_status(node_id, status, graphId=graph_id or None, message=message or None)


def edge_status(
    source_id: str, target_id: str, status: str, animated: bool = False, graph_id: str | None = None
) -> str:
    """The server-sent event that an edge is `pending`, `running`, `success` or `error`."""
    return raw_edge_status(source_id, target_id, status, animated=animated, graphId=graph_id or None)


def execution_complete(message: str | None = None, results: dict[str, Any] | None = None) -> str:
    """The server-sent event with which a flow ends well. `results`: per node, JSON-serialisable."""
    return raw_complete(message, results)


def execution_error(message: str, node_id: str | None = None, details: dict[str, Any] | None = None) -> str:
    """The server-sent event with which a flow ends badly. `node_id`: where it went wrong, None if nowhere special."""
    return raw_error(message, nodeId=node_id or None, details=details or None)


def node_data(node_id: str, status: str, graph_id: str | None, message: str | None) -> dict[str, Any]:
    data = {"nodeId": node_id, "status": status}
    if graph_id is not None:
        data["graphId"] = graph_id
    if message is not None:
        data["message"] = message
    return data


def edge_data(source_id: str, target_id: str, status: str, animated: bool) -> dict[str, Any]:
    return {"sourceId": source_id, "targetId": target_id, "status": status, "animated": animated}


def complete_data(message: str | None, results: dict[str, Any] | None) -> dict[str, Any]:
    said = {} if message is None else {"message": message}
    left = {} if results is None else {"results": results}
    return {"completed": True, **said, **left}


def error_data(message: str, node_id: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {"error": True, "message": message}
    return data if node_id is None else {**data, "nodeId": node_id}
