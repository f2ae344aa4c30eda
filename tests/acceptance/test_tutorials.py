"""The two tutorials, block by block: everything in them runs as it is written, but for the names of the imports. What
stands in for their page shell is in tests.support.tutorials; that they work in the browser is in tests/browser."""

import asyncio
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from octopus.flow import Choice, EventStream, ExecutionStep, FlowEditor, FlowExecutor, FlowRun
from octopus.flow.callbacks import LoggingCallback, ProgressCallback, TimingCallback
from tests.support.tutorials import (
    FOLDER,
    ML_PIPELINE,
    PYTHON_EXECUTION,
    Shell,
    blocks,
    parts_of,
    run_block,
)

pytestmark = pytest.mark.anyio

FASTER = 50
"""So many times faster than written do simulated steps and the tutorial's sleeps pass in these tests."""
LIMIT_S = 60.0
ML_STEPS = ["data_load", "preprocess", "split", "train_model", "validate", "evaluate", "deploy"]


def hurried(executor: FlowExecutor) -> FlowExecutor:
    for step in executor.steps:
        step.duration /= FASTER
    return executor


def ended(run: FlowRun) -> FlowRun:
    assert run.wait(LIMIT_S)
    return run


def events(messages: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """The name and the data of each server-sent event."""
    found = []
    for message in messages:
        fields = dict(line.split(": ", 1) for line in message.strip().splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def statuses(messages: list[str]) -> dict[str, list[str]]:
    """Per node every status it was told to have, in order."""
    told: dict[str, list[str]] = {}
    for name, data in events(messages):
        if name == "nodeStatus":
            told.setdefault(data["nodeId"], []).append(data["status"])
    return told


async def streamed(path: str, route: Any) -> list[str]:
    """What a browser gets from one of the tutorial's routes in an app of FastAPI's."""
    app = FastAPI()
    app.get(path, response_model=None)(route)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://flow") as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [message + "\n\n" for message in answer.text.split("\n\n") if message]


# The ML training pipeline


def ml_names() -> dict[str, Any]:
    """What its blocks find: the page shell, and the imports of Steps 1 and 7."""
    names = Shell().names() | {"EventStream": EventStream}
    return run_block(blocks(ML_PIPELINE, "Step 7")[0], names)


def ml_editor() -> FlowEditor:
    """Steps 2 to 6 put together."""
    shell = Shell()
    run_block(blocks(ML_PIPELINE, "Step 2")[0], ml_names() | shell.names())
    more = [part for step in (3, 4, 5, 6) for part in parts_of(blocks(ML_PIPELINE, f"Step {step}")[0], ml_names())]
    editor = shell.editor()
    return FlowEditor(*editor.nodes, *more, id=editor.id)


def test_ml_step_1_makes_an_empty_editor() -> None:
    shell = Shell()
    run_block(blocks(ML_PIPELINE, "Step 1")[0], shell.names())
    assert shell.is_served
    assert shell.editor() == FlowEditor(id="ml-pipeline")


def test_ml_steps_2_to_6_draw_what_the_complete_program_draws() -> None:
    editor = ml_editor()
    shell = Shell()
    run_block(blocks(ML_PIPELINE, "Complete Code")[0], shell.names() | {"EventStream": EventStream})
    complete = shell.editor()
    assert editor.edges == complete.edges
    assert [(node.name, node.label, node.node_type) for node in editor.nodes] == [
        (node.name, node.label, node.node_type) for node in complete.nodes
    ]
    assert [edge.label for edge in editor.edges if edge.dashed] == ["fail", None]
    assert next(node.outputs for node in editor.nodes if node.name == "evaluate") == 2


def test_ml_step_7_defines_the_steps_in_their_order() -> None:
    names = run_block(blocks(ML_PIPELINE, "Step 7")[1], ml_names())
    run = ended(hurried(names["executor"]).start())
    assert run.status == "success"
    assert list(run.results) == ML_STEPS
    assert all(result["simulated"] for result in run.results.values())


async def test_ml_step_8_streams_the_execution() -> None:
    shell = Shell()
    names = run_block(blocks(ML_PIPELINE, "Step 7")[1], ml_names() | shell.names())
    hurried(names["executor"])
    run_block(blocks(ML_PIPELINE, "Step 8")[0], names)
    messages = await streamed("/execute/ml-pipeline", shell.routes["/execute/ml-pipeline"])
    assert statuses(messages) == {step: ["pending", "running", "success"] for step in ML_STEPS}
    assert events(messages)[-1][0] == "complete"


def test_ml_step_8_puts_the_editor_beside_its_controls() -> None:
    shell = Shell()
    run_block(blocks(ML_PIPELINE, "Step 8")[1], ml_names() | shell.names())
    assert shell.editor().id == "ml-pipeline"


async def test_ml_step_9_loads_a_table_and_trains_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    sklearn = pytest.importorskip("sklearn.ensemble")
    shutil.copy(FOLDER / "training_data.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    shell = Shell()
    names = run_block(blocks(ML_PIPELINE, "Step 9")[0], ml_names() | shell.names())
    executor = hurried(names["executor"])
    run = ended(executor.start({"config": "prod"}))
    assert run.status == "success"
    loaded, trained = run.results["data_load"], run.results["train_model"]
    assert isinstance(loaded["data"], pandas.DataFrame)
    assert loaded["rows"] == 9
    assert isinstance(trained["model"], sklearn.RandomForestClassifier)
    messages = await streamed("/execute/ml-pipeline", shell.routes["/execute/ml-pipeline"])
    name, last = events(messages)[-1]
    assert name == "complete"
    assert last["results"]["data_load"]["rows"] == 9
    assert last["results"]["data_load"]["data"]["columns"][-1] == "species"
    assert "RandomForestClassifier" in json.dumps(last["results"]["train_model"]["model"])
    assert last["results"]["train_model"]["accuracy"] == 0.95


async def test_ml_complete_program_deploys_and_does_not_retrain() -> None:
    shell = Shell()
    names = run_block(blocks(ML_PIPELINE, "Complete Code")[0], shell.names() | {"EventStream": EventStream})
    executor = hurried(names["executor"])
    assert shell.is_served
    assert (
        statuses(await streamed("/execute/ml-pipeline", shell.routes["/execute/ml-pipeline"]))["deploy"][-1]
        == "success"
    )
    run = ended(executor.start(drawing=shell.editor().drawing()))
    told = statuses(run.messages())
    assert told["deploy"] == ["pending", "running", "success"]
    assert told["retrain"] == ["pending", "skipped"]


def retraining(decide: Any) -> FlowRun:
    """The drawn pipeline with a real evaluation; only `deploy` and `evaluate` depend on what is decided, `retrain` is
    drawn and has no step."""
    editor = ml_editor()
    executor = FlowExecutor(
        editor.id,
        [
            ExecutionStep(step, depends_on=ML_STEPS[index - 1 : index] if index else [], duration=0)
            for index, step in enumerate(ML_STEPS)
        ],
        drawing=editor,
    )
    executor.steps[ML_STEPS.index("evaluate")].handler = decide
    return ended(executor.start())


def test_ml_failed_evaluations_train_again_until_one_passes() -> None:
    accuracies = [0.7, 0.8, 0.95]

    async def evaluate(context: dict[str, Any], inputs: dict[str, Any]) -> Choice:
        accuracy = accuracies.pop(0)
        return Choice("pass" if accuracy > 0.9 else "fail", accuracy)

    run = retraining(evaluate)
    told = statuses(run.messages())
    assert run.status == "success"
    assert told["train_model"].count("running") == 3
    assert told["preprocess"].count("running") == 1
    assert told["deploy"][-1] == "success"
    assert told["deploy"].count("running") == 1
    assert run.results["evaluate"] == 0.95


def test_ml_evaluations_that_always_fail_end_at_the_limit() -> None:
    run = retraining(lambda context, inputs: False)
    told = statuses(run.messages())
    assert run.status == "error"
    assert told["train_model"].count("running") == 3
    assert "running" not in told["deploy"]
    name, last = events(run.messages())[-1]
    assert name == "error"
    assert "limit" in last["message"]


# Python-based execution


class Hurry(SimpleNamespace):
    """Stands in for the asyncio that the tutorial's handlers sleep with."""

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / FASTER)


def python_executor(shell: Shell) -> dict[str, Any]:
    """Steps 2 to 4."""
    names = shell.names() | {"EventStream": EventStream}
    for step in (2, 3, 4):
        run_block(blocks(PYTHON_EXECUTION, f"Step {step}")[0], names)
    names["asyncio"] = Hurry()
    return names


def test_python_step_1_draws_three_nodes_from_left_to_right() -> None:
    shell = Shell()
    run_block(blocks(PYTHON_EXECUTION, "Step 1")[0], shell.names())
    editor = shell.editor()
    assert [(node.name, node.icon, node.x) for node in editor.nodes] == [
        ("load", "📥", 100),
        ("process", "🔄", 350),
        ("save", "💾", 600),
    ]
    assert all(node.port_positions == {"inputs": "left", "outputs": "right"} for node in editor.nodes)
    assert {edge.color for edge in editor.edges} == {"#94a3b8"}


def test_python_step_2_makes_typed_nodes_with_dispatched_operations() -> None:
    from octopus.flow.types import render, validate

    names = run_block(blocks(PYTHON_EXECUTION, "Step 2")[0], {})
    nodes = [names["load_node"], names["process_node"], names["save_node"]]
    assert [node.node_type for node in nodes] == ["input", "transform", "output"]
    assert [validate(node) for node in nodes] == [[], [], []]
    assert all(node.label in json.dumps(render(node), default=str) for node in nodes)


async def test_python_step_3_handlers_hand_on_what_they_return() -> None:
    names = run_block(blocks(PYTHON_EXECUTION, "Step 3")[0], {})
    names["asyncio"] = Hurry()
    loaded = await names["load_handler"]({}, {})
    processed = await names["process_handler"]({}, {"load": loaded})
    assert await names["save_handler"]({}, {"process": processed}) == {"saved": 500, "status": "success"}


def test_python_step_4_executes_in_topological_order() -> None:
    run = ended(python_executor(Shell())["executor"].start())
    assert run.status == "success"
    assert list(run.results) == ["load", "process", "save"]
    assert run.results["save"] == {"saved": 500, "status": "success"}


async def test_python_step_5_streams_every_kind_of_message() -> None:
    shell = Shell()
    names = python_executor(shell)
    run_block(blocks(PYTHON_EXECUTION, "Step 5")[0], names)
    messages = await streamed("/execute/pipeline", shell.routes["/execute/pipeline"])
    assert statuses(messages) == {node: ["pending", "running", "success"] for node in ("load", "process", "save")}
    assert {name for name, _ in events(messages)} == {"nodeStatus", "edgeStatus", "complete"}
    assert events(messages)[-1][1]["results"]["save"] == {"saved": 500, "status": "success"}


def test_python_step_6_listens_to_the_messages_that_are_sent() -> None:
    """That its script shows them is seen in the browser, in tests/browser/test_tutorial_script.py."""
    names = run_block(blocks(PYTHON_EXECUTION, "Step 6")[0], Shell().names())
    script = names["EXECUTION_SCRIPT"].text
    for event in ("nodeStatus", "edgeStatus", "complete", "error"):
        assert f"addEventListener('{event}'" in script


async def test_python_step_7_tells_the_terminal_and_measures(capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    names = python_executor(shell)
    names["steps"] = names["executor"].steps
    (code,) = blocks(PYTHON_EXECUTION, "Step 7")
    assert "steps=[...],  # Same as before" in code
    run_block(code.replace("[...]", "steps"), names)
    callbacks = {type(callback): callback for callback in names["executor"].callbacks}
    assert set(callbacks) == {TimingCallback, LoggingCallback, ProgressCallback}
    assert ended(names["executor"].start()).status == "success"
    printed = capsys.readouterr().err
    assert all(f"Node {node} started" in printed for node in ("load", "process", "save"))


async def test_python_step_8_a_callback_of_ones_own_records_every_node(capsys: pytest.CaptureFixture[str]) -> None:
    names = python_executor(Shell())
    names["steps"] = names["executor"].steps
    run_block("from fastflow.callbacks import TimingCallback, LoggingCallback\n", names)
    (code,) = blocks(PYTHON_EXECUTION, "Step 8")
    run_block(code.replace("[...]", "steps"), names)
    assert ended(names["executor"].start()).status == "success"
    metrics = next(one for one in names["executor"].callbacks if isinstance(one, names["MetricsCallback"])).metrics
    assert set(metrics) == {"started", "load", "process", "save"}
    assert metrics["load"]["elapsed"] >= 1.0 / FASTER
    printed = capsys.readouterr().out
    for node in ("load", "process", "save"):
        assert f"→ Starting {node}" in printed
        assert f"✓ Completed {node} in " in printed
    assert "Metrics: {" in printed


async def test_python_complete_program_streams_its_results(capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell()
    names = run_block(blocks(PYTHON_EXECUTION, "Complete Code")[0], shell.names() | {"EventStream": EventStream})
    names["asyncio"] = Hurry()
    assert shell.is_served
    assert shell.editor().id == names["executor"].graph_id
    messages = await streamed("/execute/pipeline", shell.routes["/execute/pipeline"])
    assert events(messages)[-1][1]["results"]["process"] == {"records": 500, "processed": True}
    assert "✓ Completed save in " in capsys.readouterr().out
