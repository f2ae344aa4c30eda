"""The callbacks that come with octopus.flow, in real runs."""

import json
import logging
from pathlib import Path
from typing import Any

import mlflow
import pytest

from octopus.flow import ExecutionStep
from octopus.flow.callbacks import (
    FlowCallback,
    FlowState,
    LoggingCallback,
    MLflowCallback,
    ProgressCallback,
    RetryCallback,
    SkipNodeException,
    SSECallback,
    TimingCallback,
    ValidationCallback,
)
from octopus.flow.types import AgentNode, ToolNode
from tests.support.flow_runs import drawn, failure, finished, flow, history, last, read, statuses, step, told

Values = dict[str, Any]


async def _fail(context: Values, inputs: Values) -> None:
    raise ValueError("boom")


async def _false(context: Values, inputs: Values) -> bool:
    return False


def _fails(times: int, exc: type[Exception] = ValueError) -> Any:
    left = [times]

    async def handler(context: Values, inputs: Values) -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise exc("boom")
        return "at last"

    return handler


class Context(FlowCallback):
    """Keeps the context for the test."""

    order = 1000

    def after_flow(self, state: FlowState) -> None:
        self.seen, self.state = dict(state.context), state


def test_timing_keeps_the_time_of_the_flow_and_the_run_that_of_every_node() -> None:
    kept = Context()
    finished(flow(step("a"), step("b", "a"), callbacks=[TimingCallback(), kept]))
    assert kept.seen["total_execution_time"] >= sum(kept.state.node_times.values())
    assert set(kept.state.node_times) == {"a", "b"}


@pytest.mark.parametrize(
    "steps",
    [
        [step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c")],
        [step("a"), step("b", "a", handler=_fail), step("c", "b"), step("d", "c")],
        [step(f"s{n}") for n in range(7)],
        [step("a", handler=_fail), step("b", "a")],
    ],
)
def test_progress_ends_at_exactly_one_hundred_with_skipped_steps_counted(steps: list[ExecutionStep]) -> None:
    seen: list[float] = []
    kept = Context()
    finished(flow(*steps, callbacks=[ProgressCallback(lambda percent, node_id: seen.append(percent)), kept]))
    assert seen == sorted(set(seen))
    assert seen[-1] == 100.0
    assert kept.seen["progress_percent"] == 100.0


def test_progress_counts_steps_that_a_branch_or_a_callback_skipped() -> None:
    class Skip(FlowCallback):
        def before_node(self, state: FlowState) -> None:
            if state.current_step.node_id == "deploy":
                raise SkipNodeException

    seen: list[float] = []
    drawing = drawn("check -0-> deploy: yes", "check -1-> retrain: no", types={"check": "condition"})
    steps = [step("check", handler=_false), step("deploy", "check"), step("retrain", "check"), step("end", "retrain")]
    callbacks = [ProgressCallback(lambda percent, node_id: seen.append(percent)), Skip()]
    finished(flow(*steps, drawing=drawing, callbacks=callbacks))
    assert seen[-1] == 100.0
    assert seen.count(100.0) == 1


@pytest.mark.parametrize(("failures", "status"), [(3, "success"), (4, "error")])
def test_retry_calls_a_failing_step_so_many_further_times(failures: int, status: str) -> None:
    run = finished(flow(step("a", handler=_fails(failures)), callbacks=[RetryCallback(max_retries=3, delay=0)]))
    assert statuses(run) == {"a": status}


def test_retry_counts_anew_for_every_step_and_every_run() -> None:
    for _ in range(2):
        steps = [step("a", handler=_fails(2)), step("b", "a", handler=_fails(2))]
        assert last(finished(flow(*steps, callbacks=[RetryCallback(2, 0)])))[0] == "complete"
    callback = RetryCallback(1, 0)
    assert [finished(flow(step("a", handler=_fails(1)), callbacks=[callback])).status for _ in range(3)] == [
        "success"
    ] * 3


def test_retry_leaves_other_exceptions_alone() -> None:
    callback = RetryCallback(3, 0, retry_on=(ConnectionError,))
    assert finished(flow(step("a", handler=_fails(1, ConnectionError)), callbacks=[callback])).status == "success"
    assert finished(flow(step("a", handler=_fails(1, ValueError)), callbacks=[callback])).status == "error"


def test_validation_cancels_a_flow_whose_node_is_not_valid_before_anything_runs() -> None:
    steps = [ExecutionStep("a", node=AgentNode("a", temperature=3)), step("b", "a")]
    run = finished(flow(*steps, callbacks=[ValidationCallback()]))
    assert failure(run) == "Flow cancelled: Validation failed for a: Temperature must be between 0 and 2, not 3"
    assert history(run, "a") == ["pending", "cancelled"]


def test_validation_may_only_tell() -> None:
    callback, kept = ValidationCallback(fail_fast=False), Context()
    run = finished(flow(ExecutionStep("a", node=ToolNode("a")), step("b"), callbacks=[callback, kept]))
    assert run.status == "success"
    assert callback.validation_errors == [("a", ["ToolNode must specify a tool_name"])]
    assert kept.seen["validation_errors"] == callback.validation_errors


def test_validation_looks_again_at_a_node_that_was_changed_meanwhile() -> None:
    node = ToolNode("b", tool_name="search")

    async def break_it(context: Values, inputs: Values) -> None:
        node.tool_name = ""

    steps = [step("a", handler=break_it), ExecutionStep("b", node=node, depends_on=["a"])]
    assert "tool_name" in failure(finished(flow(*steps, callbacks=[ValidationCallback()])))


def test_logging_prints_without_configuration(capfd: pytest.CaptureFixture[str]) -> None:
    finished(flow(step("a"), step("b", "a", handler=_fail), callbacks=[LoggingCallback()]))
    lines = [line.partition(" after")[0] for line in capfd.readouterr().err.splitlines()]
    # pytest does configure logging, for errors.
    assert [line for line in lines if "raised" not in line] == [
        "Flow g started with 2 nodes",
        "Node a started",
        "Node a succeeded",
        "Node b started",
        "Node b failed",
        "Flow g failed",
    ]


def test_logging_goes_to_the_logger_that_is_configured(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "octopus.flow"):
        finished(flow(step("a"), callbacks=[LoggingCallback()]))
    assert "Node a succeeded" in caplog.text
    own = logging.getLogger("tests.own")
    with caplog.at_level(logging.DEBUG, "tests.own"):
        finished(flow(step("a"), callbacks=[LoggingCallback(own, logging.DEBUG)]))
    assert {record.levelname for record in caplog.records if record.name == "tests.own"} == {"DEBUG"}


def test_the_sse_callback_gathers_what_a_run_tells() -> None:
    callback = SSECallback()
    run = finished(flow(step("a"), step("b", "a"), callbacks=[callback]))
    said = [read(message) for message in callback.get_messages()]
    without_graph = [(event, {k: v for k, v in data.items() if k != "graphId"}) for event, data in said]
    assert without_graph == [(event, {k: v for k, v in data.items() if k != "graphId"}) for event, data in told(run)]
    assert callback.get_messages() == []


@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")
def test_mlflow_has_a_run_with_params_metrics_and_status_for_every_flow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"

    async def train(context: Values, inputs: Values) -> Values:
        return {"accuracy": 0.95, "rows": 10, "name": "forest"}

    async def score(context: Values, inputs: Values) -> float:
        if context.get("broken"):
            raise ValueError("no score")
        return 0.5

    kept = Context()
    callbacks = [MLflowCallback("flows", tracking_uri=uri), kept]
    executor = flow(step("train", handler=train), step("score", "train", handler=score), callbacks=callbacks)
    finished(executor, {"depth": 3, "model": object()})
    good = kept.seen["mlflow_run_id"]
    finished(executor, {"broken": True})
    bad = kept.seen["mlflow_run_id"]

    client = mlflow.MlflowClient(uri)
    run = client.get_run(good)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"depth": "3"}
    assert run.data.metrics["train.accuracy"] == 0.95
    assert run.data.metrics["score"] == 0.5
    assert run.data.metrics["train.duration_s"] >= 0
    assert {run.data.tags[f"node.{name}"] for name in ("train", "score")} == {"success"}
    failed = client.get_run(bad)
    assert failed.info.status == "FAILED"
    assert failed.data.tags["error"] == "score: no score"
    assert client.get_experiment(run.info.experiment_id).name == "flows"


def test_an_mlflow_that_does_not_answer_does_not_disturb_the_flow(caplog: pytest.LogCaptureFixture) -> None:
    callback = MLflowCallback(tracking_uri="nonsense://nowhere")
    assert finished(flow(step("a"), callbacks=[callback])).status == "success"
    assert "MLflowCallback.before_flow" in caplog.text


def test_every_message_of_a_run_is_json_whatever_its_context(tmp_path: Path) -> None:
    run = finished(flow(step("a"), callbacks=[TimingCallback(), ProgressCallback()]))
    assert all(json.loads(message.split("data: ", 1)[1]) for message in run.messages())
