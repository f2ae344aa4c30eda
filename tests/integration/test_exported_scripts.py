"""Python and bash scripts as they run, with an `mlflow` that takes milliseconds: what each step is given, branches,
loops, policies, Ctrl+C. What the figures are with the real one: test_exports.py."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from octopus.compiler.argv import Bindings, mlflow_argv
from octopus.compiler.plan import Plan
from octopus.features.export.export import export
from tests.support.drawings import edge, step
from tests.support.export_stage import ALIKE, Stage, parameters
from tests.support.played_mlflow import PlayedMlflow
from tests.support.waiting import until

Json = dict[str, Any]
ENDS_S = 60

HOSTILE = [
    "; touch CANARY", "$(touch CANARY)", "`touch CANARY`", "$${HOME}", "' ; touch CANARY ; '", '" ; touch CANARY ; "',
    "\\", "\\'", '"""', "'''", "a\ntouch CANARY\n", "\r\n", "tab\there", "# no comment", "END_OF_BOOKKEEPER",
    "x\nEND_OF_BOOKKEEPER\ntouch CANARY", "@STEPS@ @PROGRAM@", "{name} {0} %s", "*", "~", "!!", "-e", "--help", "a=b=c",
    " spaces ", "", "🐙 ä 漢字", "\u202eevil\u200b\u2028", "\x01\x1b[31m", "$${params.x}", "<m0>", "null",
]  # fmt: skip


@dataclass
class Script(Stage):
    """`target`: python or bash."""

    target: str = "python"

    def start(self, plan: Plan, acts: Json) -> tuple["subprocess.Popen[str]", PlayedMlflow]:
        mlflow = PlayedMlflow.make(self.folder / "played", acts)
        exported = export(plan, "python" if self.target == "python" else "bash")
        script = self.folder / exported.filename
        script.write_text(exported.text, encoding="utf-8")
        program = sys.executable if self.target == "python" else "bash"
        environment = {**os.environ, **mlflow.environment, "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(
            [program, str(script)],
            env=environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return process, mlflow

    def play(self, plan: Plan, acts: Json) -> tuple[int, str, PlayedMlflow]:
        """Exit code and output."""
        process, mlflow = self.start(plan, acts)
        try:
            output, _ = process.communicate(timeout=ENDS_S)
        finally:
            process.kill()
        return process.returncode, output, mlflow


@pytest.fixture(params=["python", "bash"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Script:
    return Script(tmp_path, request.param)


def by_step(mlflow: PlayedMlflow) -> dict[str, Json]:
    return {call["step"]: call for call in mlflow.calls()}


def test_every_command_is_the_one_that_octopus_runs_whatever_the_parameters_hold(stage: Script) -> None:
    texts = {f"t{n}": text for n, text in enumerate(HOSTILE)}
    plan = stage.plan(
        [step("one", "make", text=HOSTILE, more=None), step("two", "use", text="x"), step("hostile", "many", **texts)],
        [edge("one.data -> two.data"), edge("one.data -> hostile.after")],
        name='x"""\'; touch CANARY #\u202e',
        description="\"\"\"\n'''; touch CANARY\n$(touch CANARY)\nEND_OF_BOOKKEEPER",
        parameters={"p": {"type": "string", "default": "'; touch CANARY"}},
    )
    code, output, mlflow = stage.play(plan, {"one": [{"write": {"data.txt": "here"}}]})
    assert (code, len(mlflow.calls())) == (0, 3), output
    for planned, call in zip(plan.steps, mlflow.calls(), strict=True):
        argv = call["argv"]
        bindings = Bindings(
            mlflow_run_id=argv[argv.index("--run-id") + 1],
            experiment_id="7",
            storage_dir=argv[argv.index("--storage-dir") + 1],
            inputs={name: parameters(call)[name] for name in ("data", "hint") if planned.id == "two"},
        )
        assert ["mlflow", *argv] == mlflow_argv(planned, bindings)
        assert Path(call["cwd"]) == Path(bindings.storage_dir).parent
    assert Path(parameters(by_step(mlflow)["two"])["data"]).name == "data.txt"
    assert not list(stage.folder.rglob("CANARY*"))
    runs = {run["tags"].get("octopus.step_id"): run for run in mlflow.runs()}
    meant = [text.replace("$${", "${") for text in HOSTILE]
    assert json.loads(runs["one"]["params"]["text"]) == meant
    assert list(runs["hostile"]["params"].values())[: len(meant)] == meant
    assert (runs[None]["name"], runs[None]["params"]) == (plan.document.name, {"p": "'; touch CANARY"})


def test_a_step_finds_its_surroundings_as_under_octopus(stage: Script) -> None:
    plan = stage.plan([step("one", "make"), step("two", "use")], [edge("one.data -> two.data")])
    code, output, mlflow = stage.play(plan, {})
    assert code == 0, output
    call = by_step(mlflow)["two"]
    env = call["env"]
    assert (env["OCTOPUS_STEP_ID"], env["OCTOPUS_ITERATION"], env["OCTOPUS_ATTEMPT"]) == ("two", "1", "1")
    assert env["OCTOPUS_UNCONNECTED"] == "hint"
    assert env["OMP_NUM_THREADS"] == "1"
    assert env["MLFLOW_TRACKING_URI"] == "played:store"
    assert "MLFLOW_RUN_ID" not in env
    assert Path(env["OCTOPUS_EVENTS"]).name == "events"
    assert Path(parameters(call)["hint"]).name == "unconnected"
    assert Path(parameters(call)["data"]).parent == Path(by_step(mlflow)["one"]["env"]["OCTOPUS_OUTPUTS"])
    runs = {run["tags"].get("octopus.step_id"): run for run in mlflow.runs()}
    assert {run["status"] for run in runs.values()} == {"FINISHED"}
    assert runs["two"]["tags"]["octopus.step_type"] == "use"
    assert runs["one"]["tags"]["mlflow.parentRunId"] == runs["two"]["tags"]["mlflow.parentRunId"]


def test_branches_decide_and_join_and_what_is_disabled_is_skipped(stage: Script) -> None:
    plan = stage.plan(
        [
            step("one", "make"),
            step("gate", "choose"),
            step("left", "use"),
            step("right", "use"),
            step("off", "make", enabled=False),
            step("end", "join"),
        ],
        [
            edge("one.data -> gate.data"),
            edge("gate.good -> left.data"),
            edge("gate.bad -> right.data"),
            edge("left.data -> end.lists"),
            edge("right.data -> end.lists"),
            edge("one.data -> end.lists"),
            edge("off.data -> end.lists"),
        ],
    )
    acts = {"one": [{"write": {"data.txt": "1"}}], "gate": [{"write": {"good": ""}}]}
    code, output, mlflow = stage.play(plan, acts)
    assert (code, [call["step"] for call in mlflow.calls()]) == (0, ["one", "gate", "left", "end"]), output
    one = parameters(by_step(mlflow)["gate"])["data"]
    assert parameters(by_step(mlflow)["left"])["data"] == one
    left = by_step(mlflow)["left"]["env"]["OCTOPUS_OUTPUTS"]
    assert json.loads(parameters(by_step(mlflow)["end"])["lists"]) == [f"{left}/data", one]
    assert "right skipped: input data got nothing because gate did not choose bad" in output


def test_a_loop_goes_round_until_its_branch_is_chosen(stage: Script) -> None:
    again = {"write": {"bad.json": "try harder"}}
    code, output, mlflow = stage.play(stage.loop_plan("fail"), {"gate": [again, {"write": {"good": ""}}]})
    assert code == 0, output
    assert [call["step"] for call in mlflow.calls()] == ["one", "work", "gate", "work", "gate", "after"]
    first, _, second = mlflow.calls()[1:4]
    assert Path(parameters(first)["hint"]).name == "unconnected"
    assert Path(parameters(second)["hint"]).read_text() == "try harder"
    assert second["env"]["OCTOPUS_ITERATION"] == "2"
    assert second["env"]["OCTOPUS_UNCONNECTED"] == ""


@pytest.mark.parametrize(("on_limit", "code"), [("fail", 1), ("continue", 0)])
def test_at_its_limit_a_loop_ends_the_run_as_it_says(stage: Script, on_limit: str, code: int) -> None:
    ended, output, mlflow = stage.play(stage.loop_plan(on_limit), {"gate": [{"write": {"bad": ""}}]})
    assert (ended, [call["step"] for call in mlflow.calls()].count("work")) == (code, 3), output
    assert "loop gate -> work reached its limit of 3 iterations" in output
    parent = next(run for run in mlflow.runs() if "octopus.step_id" not in run["tags"])
    assert parent["status"] == ("FAILED" if code else "FINISHED")


def test_policies_retry_limit_the_time_and_let_the_run_go_on(stage: Script) -> None:
    plan = stage.plan(
        [
            {**step("shaky", "make"), "policy": {"retries": 2, "retry_delay_s": 0.01}},
            {**step("slow", "make"), "policy": {"timeout_s": 0.3, "on_failure": "continue"}},
            step("follows", "use"),
            {**step("broken", "make"), "policy": {"retries": 1, "retry_delay_s": 0.01}},
            step("never", "use"),
        ],
        [edge("slow.data -> follows.data"), edge("broken.data -> never.data")],
    )
    acts = {
        "shaky": [{"exit": 3, "write": {"_metrics.json": '{"tries": 1}'}}, {"exit": 0}],
        "slow": [{"sleep": ENDS_S}],
        "broken": [{"exit": 1}],
    }
    code, output, mlflow = stage.play(plan, acts)
    assert code == 1, output
    assert [call["step"] for call in mlflow.calls()] == ["shaky", "shaky", "slow", "broken", "broken"]
    assert "slow timed_out: reached its time limit of 0.3 s" in output
    assert "follows skipped: input data got nothing because slow timed out" in output
    assert "never skipped: not run because broken failed" in output
    assert "The run failed: broken failed: mlflow run ended with exit code 1" in output
    statuses = [(run["tags"].get("octopus.step_id"), run["status"]) for run in mlflow.runs()]
    assert sorted(statuses, key=str) == sorted(
        [
            *[("shaky", "FAILED"), ("shaky", "FINISHED"), ("slow", "FAILED"), ("broken", "FAILED")],
            *[("broken", "FAILED"), (None, "FAILED")],
        ],
        key=str,
    )
    assert not psutil.pid_exists(by_step(mlflow)["slow"]["pid"])


def test_metrics_are_filled_in_where_parameters_refer_to_them(stage: Script) -> None:
    plan = stage.plan(
        [
            step("one", "make"),
            step(
                "two",
                "use",
                text="'$(id)' ${steps.one.metrics.f1} and ${steps.one.metrics[\"a/b\"]} $${x}",
                more={"n": ["${steps.one.metrics.f1}", "is ${steps.one.metrics.nan}", "${steps.one.metrics.nan}"]},
            ),
            step("three", "use", text="${steps.two.metrics.nothing}"),
        ],
        [edge("one.data -> two.data"), edge("two.data -> three.data")],
    )
    acts = {"one": [{"write": {"_metrics.json": '{"f1": 5, "a/b": 1e-9, "nan": "NaN"}'}}]}
    code, output, mlflow = stage.play(plan, acts)
    given = parameters(by_step(mlflow)["two"])
    assert given["text"] == "'$(id)' 5.0 and 1e-09 ${x}"
    assert given["more"] == '{"n":[5.0,"is NaN","NaN"]}'
    assert code == 1
    assert "The run failed: three failed: metric nothing of step two is missing" in output
    two = next(run for run in mlflow.runs() if run["tags"].get("octopus.step_id") == "two")
    assert two["params"] == {"text": given["text"], "more": given["more"]}


def test_parameters_with_names_alike_keep_their_own_values(stage: Script) -> None:
    values = {name: f"{name} is ${{steps.one.metrics.m{number}}}" for number, name in enumerate(ALIKE)}
    plan = stage.plan([step("one", "make"), step("two", "alike", **values)], [edge("one.data -> two.data")])
    metrics = {f"m{number}": number for number in range(len(ALIKE))}
    code, output, mlflow = stage.play(plan, {"one": [{"write": {"_metrics.json": json.dumps(metrics)}}]})
    assert code == 0, output
    given = parameters(by_step(mlflow)["two"])
    assert {name: given[name] for name in ALIKE} == {name: f"{name} is {number}.0" for number, name in enumerate(ALIKE)}


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        ({"data": "", "data.txt": ""}, "The output port data was written twice: data and data.txt."),
        ({"_metrics.json": '{"a": "high"}'}, "_metrics.json must be an object of numbers: 'high' is no number"),
    ],
)
def test_outputs_that_octopus_refuses_fail_the_step(stage: Script, write: dict[str, str], reason: str) -> None:
    code, output, _ = stage.play(stage.plan([step("one", "make")]), {"one": [{"write": write}]})
    assert (code, f"The run failed: one failed: {reason}" in output) == (1, True), output


@pytest.mark.parametrize(
    ("ask", "stubborn"),
    [(lambda process: os.killpg(process.pid, signal.SIGINT), False), (lambda process: process.terminate(), False)],
    ids=["ctrl-c", "terminated"],
)
def test_an_end_from_outside_ends_the_step_and_closes_its_runs(
    stage: Script, ask: Callable[["subprocess.Popen[str]"], None], stubborn: bool
) -> None:
    acts = {"one": [{"sleep": ENDS_S, "stubborn": stubborn}]}
    process, mlflow = stage.start(stage.plan([step("one", "make"), step("two", "make")]), acts)
    try:
        until(mlflow.calls, "the first step runs")
        ask(process)
        output, _ = process.communicate(timeout=ENDS_S)
    finally:
        process.kill()
    assert (process.returncode, "The run was cancelled." in output) == (130, True), output
    assert not psutil.pid_exists(mlflow.calls()[0]["pid"])
    assert [run["status"] for run in mlflow.runs()] == ["KILLED", "KILLED"]
    assert len(mlflow.calls()) == 1
