"""HostedFlow: a drawing and the executor of the same graph id, with the runs that were started here."""

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from octopus.domain.errors import NotFound, QueueFull
from octopus.flow.components import FlowEditor
from octopus.flow.execution import FlowExecutor
from octopus.flow.run import FlowRun

KEPT_RUNS = 50
"""Of one flow; the oldest that are over are forgotten first: a run keeps all its messages and results in memory."""

MOST_AT_ONCE = 50
"""Of one flow: each has a thread of its own."""


class HostedFlow:
    """`context`: given to every run; what the run is started with comes besides, and takes nothing of it away."""

    def __init__(self, editor: FlowEditor, executor: FlowExecutor, context: Mapping[str, Any]) -> None:
        self.editor = editor
        self._executor = executor
        self._context = dict(context)
        self._runs: dict[str, FlowRun] = {}
        self._lock = Lock()

    @property
    def runs(self) -> tuple[FlowRun, ...]:
        """The newest first."""
        with self._lock:
            return tuple(reversed(self._runs.values()))

    def start(self, context: Mapping[str, Any]) -> FlowRun:
        """Raises QueueFull."""
        with self._lock:
            if sum(not one.is_over for one in self._runs.values()) >= MOST_AT_ONCE:
                raise QueueFull(f"{MOST_AT_ONCE} runs of flow {self.editor.id!r} go on already; stop one of them.")
            run = self._executor.start({**context, **self._context}, drawing=self.editor.drawing())
            self._runs[run.id] = run
            over = [one.id for one in self._runs.values() if one.is_over]
            for run_id in over[: max(0, len(self._runs) - KEPT_RUNS)]:
                del self._runs[run_id]
        return run

    def run(self, run_id: str) -> FlowRun:
        """Raises NotFound."""
        with self._lock:
            found = self._runs.get(run_id)
        if found is None:
            raise NotFound(f"Flow {self.editor.id!r} has no run {run_id!r}; its program keeps the latest {KEPT_RUNS}.")
        return found

    def stop(self, reason: str) -> None:
        """Ask every run that is under way to end."""
        for run in self.runs:
            if not run.is_over:
                run.cancel(reason)


def joined(
    editors: FlowEditor | Sequence[FlowEditor],
    executors: FlowExecutor | Sequence[FlowExecutor],
    context: Mapping[str, Any],
) -> dict[str, HostedFlow]:
    """Every drawing with the executor of its id, in the order of the drawings. Raises ValueError if one has no partner,
    and for two of the same id."""
    drawn = [editors] if isinstance(editors, FlowEditor) else list(editors)
    executed = [executors] if isinstance(executors, FlowExecutor) else list(executors)
    editor_ids, graph_ids = [editor.id for editor in drawn], [executor.graph_id for executor in executed]
    _check_each_once("FlowEditor", "id", editor_ids)
    _check_each_once("FlowExecutor", "graph_id", graph_ids)
    if set(editor_ids) != set(graph_ids):
        raise ValueError(
            f"FlowEditor(id=...) and FlowExecutor(graph_id=...) must name the same flows: drawn {_named(editor_ids)}, "
            f"to be executed {_named(graph_ids)}."
        )
    by_id = {executor.graph_id: executor for executor in executed}
    return {editor.id: HostedFlow(editor, by_id[editor.id], context) for editor in drawn}


def _check_each_once(kind: str, field: str, ids: Sequence[str]) -> None:
    for one in ids:
        if ids.count(one) > 1:
            raise ValueError(f"Two {kind}s have the {field} {one!r}; give each one of its own.")
        if "/" in one or not one:
            raise ValueError(f"{kind}({field}={one!r}): the id is part of an address: not empty, and without a slash.")


def _named(ids: Iterable[str]) -> str:
    return ", ".join(repr(one) for one in ids) or "nothing"
