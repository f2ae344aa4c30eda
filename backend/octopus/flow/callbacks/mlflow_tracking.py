"""MLflowCallback: every run of a flow as a run in MLflow. MLflow itself is imported when the first flow begins."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.state import FlowState, node_id_of

_NOT_IN_A_NAME = re.compile(r"[^\w\-. :/]")
TAGS_AT_ONCE = 100
"""MLflow takes no more in one call."""
PARAM_CHARACTERS = 6_000
"""The longest value of an MLflow param."""
PLAIN = (str, int, float, bool)


class MLflowCallback(FlowCallback):
    """Logs each flow as one MLflow run.

    Params: the plain values of the context. Metrics: `<node>.duration_s`, and the numbers that a node returned, as
    `<node>` or, out of a dictionary, `<node>.<key>`; their step is the iteration. Tags: `octopus.flow`, the status of
    each node as `node.<id>`, the first error. Status: FINISHED, FAILED, or KILLED for a cancelled flow.
    `context["mlflow_run_id"]` holds the run's id.

    `experiment`: its name, made if need be; None: the graph's id. `tracking_uri`: None for MLflow's own setting.
    `run_name`: None for one of MLflow's. An MLflow that does not answer is logged and does not disturb the flow.
    """

    order = 95

    def __init__(
        self, experiment: str | None = None, tracking_uri: str | None = None, run_name: str | None = None
    ) -> None:
        self.experiment = experiment
        self.tracking_uri = tracking_uri
        self.run_name = run_name

    def before_flow(self, state: FlowState) -> None:
        import mlflow

        client = mlflow.MlflowClient(self.tracking_uri)
        name = self.experiment or state.graph_id
        experiment = client.get_experiment_by_name(name)
        experiment_id = client.create_experiment(name) if experiment is None else experiment.experiment_id
        run = client.create_run(experiment_id, tags={"octopus.flow": state.graph_id}, run_name=self.run_name)
        state.kept_for(self).update(client=client, run_id=run.info.run_id)
        for key, value in state.context.items():
            if isinstance(value, PLAIN):
                client.log_param(run.info.run_id, _name(key), str(value)[:PARAM_CHARACTERS])
        state.context["mlflow_run_id"] = run.info.run_id

    def after_node(self, state: FlowState) -> None:
        client, run_id = self._open(state)
        node_id = node_id_of(state.current_node)
        if client is None or node_id is None:
            return
        numbers = {f"{node_id}.duration_s": state.node_times.get(node_id, 0.0)}
        numbers.update(_numbers(node_id, state.results.get(node_id)))
        for name, number in numbers.items():
            client.log_metric(run_id, _name(name), number, step=state.iteration)

    def after_flow(self, state: FlowState) -> None:
        client, run_id = self._open(state)
        if client is None:
            return
        from mlflow.entities import RunTag

        tags = [RunTag(_name(f"node.{node_id}"), status) for node_id, status in state.statuses.items()]
        if state.errors:
            tags.append(RunTag("error", f"{state.errors[0]['node_id']}: {state.errors[0]['message']}"))
        for begin in range(0, len(tags), TAGS_AT_ONCE):
            client.log_batch(run_id, tags=tags[begin : begin + TAGS_AT_ONCE])
        client.set_terminated(run_id, "KILLED" if state.cancelled else "FAILED" if state.errors else "FINISHED")

    def _open(self, state: FlowState) -> tuple[Any, str]:
        """MLflow's client and the run; None if before_flow could not make one."""
        kept = state.kept_for(self)
        return kept.get("client"), kept.get("run_id", "")


def _numbers(node_id: str, result: Any) -> Iterator[tuple[str, float]]:
    if _is_number(result):
        yield node_id, float(result)
    elif isinstance(result, Mapping):
        for key, value in result.items():
            if _is_number(value):
                yield f"{node_id}.{key}", float(value)


def _is_number(value: Any) -> bool:
    """numpy's scalars are numbers too, but for its booleans."""
    if isinstance(value, bool):
        return False
    is_scalar = type(value).__module__ == "numpy" and getattr(value, "dtype", None) is not None
    return isinstance(value, (int, float)) or (is_scalar and value.ndim == 0 and value.dtype.kind in "iuf")


def _name(text: object) -> str:
    return _NOT_IN_A_NAME.sub("_", str(text))[:250]
