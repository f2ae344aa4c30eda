"""Airflow DAGs and Kubeflow pipelines, led through branches, loops and failures by an Airflow and a Kubeflow of a few
lines each and an `mlflow` of files. In the real ones: tests/peers."""

import ast
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from octopus.compiler.plan import Plan
from octopus.domain.errors import InvalidRequest
from octopus.features.export.export import export
from octopus.features.export.exported import Target
from tests.support.drawings import edge, step
from tests.support.export_stage import Stage, parameters
from tests.support.played_airflow import PlayedDag, load_dag
from tests.support.played_kubeflow import PlayedKubeflow
from tests.support.played_mlflow import PlayedMlflow

Json = dict[str, Any]
SECOND_TIME_GOOD = [("one", "1"), ("work", "1"), ("gate", "1"), ("work", "2"), ("gate", "2"), ("after", "2")]
"""What runs of the pipeline with a loop if the gate chooses bad and then good: step and iteration."""
GOOD, BAD = {"write": {"good": ""}}, {"write": {"bad.json": "try harder"}}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def steps_run(mlflow: PlayedMlflow) -> list[tuple[str, str]]:
    return [(call["step"], call["env"]["OCTOPUS_ITERATION"]) for call in mlflow.calls()]


def airflow(stage: Stage, plan: Plan, acts: Json, monkeypatch: pytest.MonkeyPatch) -> tuple[PlayedDag, PlayedMlflow]:
    mlflow = PlayedMlflow.make(stage.folder / "played", acts)
    exported = export(plan, "airflow")
    (stage.folder / exported.filename).write_text(exported.text, encoding="utf-8")
    for name, value in {**mlflow.environment, "OCTOPUS_WORK": str(stage.folder / "work")}.items():
        monkeypatch.setenv(name, value)
    dag = load_dag(stage.folder / exported.filename, monkeypatch)
    dag.play()
    return dag, mlflow


def kubeflow(stage: Stage, plan: Plan, acts: Json) -> tuple[str, PlayedKubeflow, PlayedMlflow]:
    mlflow = PlayedMlflow.make(stage.folder / "played", acts)
    projects = stage.folder / "projects"
    projects.mkdir()
    (projects / "project").symlink_to(stage.project)
    environment = {**os.environ, **mlflow.environment, "OCTOPUS_PROJECTS": str(projects)}
    played = PlayedKubeflow(specification(plan), stage.folder / "pods", environment)
    return played.play(tracking_uri="played:store"), played, mlflow


def specification(plan: Plan) -> Json:
    found: Json = yaml.safe_load(export(plan, "kfp").text)
    return found


def parent_of(mlflow: PlayedMlflow) -> Json:
    return next(run for run in mlflow.runs() if "octopus.step_id" not in run["tags"])


def test_an_airflow_loop_is_written_out_and_ends_where_its_branch_is_chosen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    dag, mlflow = airflow(stage, stage.loop_plan("fail"), {"gate": [BAD, GOOD]}, monkeypatch)
    assert steps_run(mlflow) == [
        ("one", "1"),
        ("work", "1"),
        ("gate", "1"),
        *[(s, "2") for s in ("work", "gate", "after")],
    ]
    ran = {task for task, state in dag.states.items() if state == "success"}
    assert ran == {
        *("octopus-begin", "one", "work", "gate", "loop-gate-work-2", "work-2", "gate-2", "after-2", "octopus-end")
    }
    assert set(dag.states.values()) == {"success", "skipped"}
    assert dag.reasons["after"] == "input data got nothing because gate did not choose good"
    assert Path(parameters(mlflow.calls()[3])["hint"]).read_text() == "try harder"
    assert {run["status"] for run in mlflow.runs()} == {"FINISHED"}


@pytest.mark.parametrize(("on_limit", "state"), [("fail", "failed"), ("continue", "success")])
def test_an_airflow_run_ends_at_a_loop_s_limit_as_it_says(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, on_limit: str, state: str
) -> None:
    dag, mlflow = airflow(stage, stage.loop_plan(on_limit, 2), {"gate": [BAD]}, monkeypatch)
    assert dag.states["octopus-end"] == state
    if state == "failed":
        assert dag.reasons["octopus-end"] == "loop gate -> work reached its limit of 2 iterations"
        assert parent_of(mlflow)["status"] == "FAILED"


def failing(stage: Stage) -> Plan:
    return stage.plan(
        [
            {**step("shaky", "make"), "policy": {"retries": 1, "retry_delay_s": 0.0}},
            {**step("spared", "make"), "policy": {"on_failure": "continue"}},
            step("follows", "use"),
            step("measured", "use", text="f1 is ${steps.shaky.metrics.f1}"),
        ],
        [edge("spared.data -> follows.data"), edge("shaky.data -> measured.data")],
    )


FAILING_ACTS = {"shaky": [{"exit": 1}, {"write": {"_metrics.json": '{"f1": 0.5}'}}], "spared": [{"exit": 1}]}


def test_airflow_retries_spares_and_fills_in_metrics(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    dag, mlflow = airflow(stage, failing(stage), FAILING_ACTS, monkeypatch)
    assert dag.states == {
        **{"octopus-begin": "success", "shaky": "success", "spared": "failed", "follows": "skipped"},
        **{"measured": "success", "octopus-end": "success"},
    }
    assert [call["env"]["OCTOPUS_ATTEMPT"] for call in mlflow.calls() if call["step"] == "shaky"] == ["1", "2"]
    assert parameters(mlflow.calls()[-1])["text"] == "f1 is 0.5"


def test_a_step_that_fails_fails_the_airflow_run_and_what_follows_it_is_skipped(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = stage.plan([step("one", "make"), step("two", "use"), step("other", "make")], [edge("one.data -> two.data")])
    dag, mlflow = airflow(stage, plan, {"one": [{"exit": 1}]}, monkeypatch)
    states = {"one": "failed", "two": "skipped", "other": "success", "octopus-end": "failed"}
    assert {task: dag.states[task] for task in states} == states
    assert dag.reasons["octopus-end"] == "one failed: mlflow run ended with exit code 1"
    assert parent_of(mlflow)["status"] == "FAILED"


def test_a_dag_has_the_pipeline_s_limits(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = stage.plan([step("one", "make")], settings={"timeout_s": 60, "max_parallel": 2}, name='"""; import os #')
    dag, _ = airflow(stage, plan, {}, monkeypatch)
    assert (dag.dag_id, dag.asked["max_active_tasks"], dag.asked["dagrun_timeout"].total_seconds()) == (
        "import_os",
        2,
        60,
    )
    assert dag.asked["description"] == '"""; import os #'


def test_kubeflow_conditions_follow_branches_and_loops(stage: Stage) -> None:
    state, played, mlflow = kubeflow(stage, stage.loop_plan("fail"), {"gate": [BAD, GOOD]})
    assert state == "succeeded", played.output
    assert steps_run(mlflow) == [
        ("one", "1"),
        ("work", "1"),
        ("gate", "1"),
        *[(s, "2") for s in ("work", "gate", "after")],
    ]
    hint = Path(parameters(mlflow.calls()[3])["hint"])
    assert (hint.name, hint.read_text()) == ("bad.json", "try harder")
    assert {run["status"] for run in mlflow.runs()} == {"FINISHED"}
    assert parent_of(mlflow)["tags"]["octopus.run_id"] == "the-run"


@pytest.mark.parametrize(("on_limit", "state"), [("fail", "failed"), ("continue", "succeeded")])
def test_a_kubeflow_run_ends_at_a_loop_s_limit_as_it_says(stage: Stage, on_limit: str, state: str) -> None:
    ended, played, mlflow = kubeflow(stage, stage.loop_plan(on_limit, 2), {"gate": [BAD]})
    assert ended == state, played.output
    assert parent_of(mlflow)["status"] == ("FAILED" if state == "failed" else "FINISHED")
    assert ("loop gate -> work reached its limit of 2 iterations" in played.output) == (state == "failed")


def test_kubeflow_retries_spares_and_fills_in_metrics(stage: Stage) -> None:
    state, played, mlflow = kubeflow(stage, failing(stage), FAILING_ACTS)
    assert state == "succeeded", played.output
    assert [step_id for step_id, _ in steps_run(mlflow)] == ["shaky", "shaky", "spared", "measured"]
    assert parameters(mlflow.calls()[-1])["text"] == "f1 is 0.5"


def test_kubeflow_hands_on_many_values_hostile_texts_and_nothing_of_what_is_disabled(stage: Stage) -> None:
    hostile = '\'; touch CANARY; {{$.inputs}} {{workflow.name}} {{{workflow.name}}\n""" $(id) \u202e'
    plan = stage.plan(
        [
            *(step("a_1", "make", text=hostile), step("b", "make"), step("off", "make", enabled=False)),
            *(step("gate", "choose"), step("end", "join"), step("never", "use")),
        ],
        [
            *(edge("a_1.data -> end.lists"), edge("b.data -> end.lists"), edge("off.data -> end.lists")),
            *(edge("a_1.data -> gate.data"), edge("gate.good -> end.after"), edge("off.data -> never.data")),
        ],
    )
    acts = {"a_1": [{"write": {"data.txt": "A"}}], "b": [{"write": {"data.csv": "B"}}], "gate": [GOOD]}
    with pytest.raises(InvalidRequest, match="Step end gets after only if gate emits good"):
        export(plan, "kfp")
    whole = stage.plan(
        [one.model_dump() for one in plan.document.steps],
        [one.model_dump() for one in plan.document.edges if one.target_port != "after"],
    )
    state, played, mlflow = kubeflow(stage, whole, acts)
    assert "octopus-end" in played.order
    assert (state, sorted(step_id for step_id, _ in steps_run(mlflow))) == ("succeeded", ["a_1", "b", "end", "gate"])
    given = {call["step"]: parameters(call) for call in mlflow.calls()}
    assert given["a_1"]["text"] == hostile
    assert [Path(path).read_text() for path in json.loads(given["end"]["lists"])] == ["A", "B"]
    assert not list(stage.folder.rglob("CANARY*"))
    assert "{{workflow" not in export(whole, "kfp").text


def joined(stage: Stage) -> Plan:
    return stage.plan(
        [step("one", "make"), step("gate", "choose"), step("end", "join")],
        [edge("one.data -> gate.data"), edge("gate.good -> end.lists"), edge("gate.bad -> end.lists")],
    )


def two_loops(stage: Stage) -> Plan:
    return stage.plan(
        [step("one", "make"), step("a", "choose"), step("b", "use"), step("c", "choose")],
        [
            *(edge("one.data -> a.data"), edge("a.good -> b.data"), edge("b.data -> c.data")),
            *(edge("c.bad -> b.hint", kind="loop"), edge("c.good -> a.data", kind="loop")),
        ],
    )


def long_loop(stage: Stage) -> Plan:
    return stage.loop_plan("fail", 1000)


def limited(stage: Stage) -> Plan:
    return stage.plan([step("one", "make")], settings={"timeout_s": 5})


@pytest.mark.parametrize(
    ("draw", "target", "step_id", "words"),
    [
        (joined, "kfp", "end", "Step end gets lists only if gate emits"),
        (two_loops, "airflow", "b", "Step b is repeated by two loops, c -> b and c -> a: Airflow has no loops"),
        (two_loops, "kfp", "b", "Step b is repeated by two loops, c -> b and c -> a: Kubeflow has no loops"),
        (long_loop, "airflow", "gate", "makes 3001 executions of steps, more than 500"),
        (limited, "kfp", None, "The pipeline has a time limit of 5 s, and Kubeflow has none for a whole run"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_step_and_the_reason(
    stage: Stage, draw: Any, target: Target, step_id: str | None, words: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        export(draw(stage), target)
    assert words in refusal.value.detail
    assert (refusal.value.code, refusal.value.problems[0].step_id) == ("cannot_be_exported", step_id)


@pytest.mark.parametrize("target", ["python", "airflow"])
def test_a_generated_program_is_python_and_imports_nothing_of_octopus(stage: Stage, target: Target) -> None:
    tree = ast.parse(export(stage.loop_plan("fail"), target).text)
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported <= {*sys.stdlib_module_names, "mlflow", "airflow"}
