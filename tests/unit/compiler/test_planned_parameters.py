"""Parameters on their way from the document to the command line of an attempt."""

from typing import Any

from octopus.catalog.catalog import Catalog
from octopus.compiler.argv import Bindings, mlflow_argv
from octopus.compiler.compile import compile_plan
from octopus.compiler.describe import describe
from octopus.compiler.final_params import final_params
from octopus.compiler.plan import MetricReference, PlannedStep
from octopus.compiler.plan_json import plan_from_json, plan_to_json
from octopus.compiler.request import RunRequest
from octopus.domain.run import Scope
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, entry, plan, step

RECALL = MetricReference("load", "recall")
MACRO = MetricReference("load", "f1/macro")
PARAMETERS: dict[str, Any] = {
    "depth": {"type": "int", "default": 7},
    "tricky": {"type": "string", "default": "${steps.load.metrics.recall} $"},
}


def _train(**params: Any) -> PlannedStep:
    steps = [step("load", "source"), step("train", "train", **params)]
    return plan(steps, [edge("load.data -> train.train")], parameters=PARAMETERS).steps[1]


def test_pipeline_parameters_are_in_place_in_the_plan() -> None:
    train = _train(target="y-${params.depth}", depth="${params.depth}", options={"name": "$${x}"})
    assert train.references == ()
    assert train.params == {
        "target": "y-7",
        "depth": 7,
        "rate": 0.1,
        "shuffle": True,
        "options": {"name": "${x}"},
    }
    assert final_params(train, {}) == train.params


def test_metrics_stay_and_are_listed_once_in_their_order() -> None:
    train = _train(
        target='a ${steps.load.metrics["f1/macro"]} ${steps.load.metrics.recall}', rate="${steps.load.metrics.recall}"
    )
    assert train.references == (MACRO, RECALL)
    assert final_params(train, {RECALL: 0.93, MACRO: "NaN"}) == {
        "target": "a NaN 0.93",
        "depth": 3,
        "rate": 0.93,
        "shuffle": True,
        "options": None,
    }


def test_the_value_of_a_parameter_is_never_read_as_a_reference() -> None:
    plain = _train(target="${params.tricky}")
    assert (plain.params["target"], plain.references) == ("${steps.load.metrics.recall} $", ())
    mixed = _train(target="${params.tricky}${steps.load.metrics.recall}", rate="${steps.load.metrics.recall}")
    assert mixed.references == (RECALL,)
    assert final_params(mixed, {RECALL: 0.5})["target"] == "${steps.load.metrics.recall} $0.5"


def test_a_default_that_looks_like_a_reference_is_only_text() -> None:
    odd = entry(
        "odd",
        inputs=[{"name": "data", "type": "dataset"}],
        properties={"home": {"type": "string", "default": "${HOME}"}, "x": {"type": "number", "default": 1}},
    )
    catalog = Catalog([*CATALOG.all(), odd])
    steps = [step("load", "source"), step("o", "odd", x="${steps.load.metrics.recall}")]
    made = compile_plan(document(steps, [edge("load.data -> o.data")]), catalog, MACHINE)
    assert final_params(made.steps[1], {RECALL: 0.5}) == {"home": "${HOME}", "x": 0.5}


def test_the_command_line_carries_the_metrics_values() -> None:
    train = _train(target="y", rate="${steps.load.metrics.recall}")
    inputs = {"train": "/t", "validation": "/v"}
    argv = mlflow_argv(train, Bindings("r", "e", "s", inputs, {RECALL: 0.25}))
    assert "rate=0.25" in argv


def test_the_description_has_stand_ins_for_metrics() -> None:
    steps = [step("load", "source"), step("train", "train", target='${steps.load.metrics["f1/macro"]}!', rate=0.5)]
    described = describe(plan(steps, [edge("load.data -> train.train")]))
    assert "target=<metric:load.f1/macro>!" in described.steps[1].argv


def test_the_description_says_what_was_asked_for_and_which_loops_there_are() -> None:
    steps = [step("a", "gather"), step("b", "pass_on"), step("c", "pass_on")]
    edges = [
        edge("a.data -> b.data"),
        edge("b.data -> c.data"),
        edge("b.data -> a.data", kind="loop", on_limit="continue"),
    ]
    request = RunRequest(parameters={"depth": 2}, scope=Scope(mode="from", step_id="a"), force=True, profile="p")
    drawn = document(steps, edges, parameters=PARAMETERS, profiles={"p": {}}, settings={"timeout_s": 60})
    described = describe(compile_plan(drawn, CATALOG, MACHINE, request), request=request)
    assert described.parameters == {"depth": 2, "tricky": "${steps.load.metrics.recall} $"}
    assert (described.profile, described.scope, described.force) == ("p", request.scope, True)
    assert described.timeout_s == 60
    assert [one.mode for one in described.steps] == ["force", "force", "force"]
    assert [one.depends_on for one in described.steps] == [(), ("a",), ("b",)]
    (loop,) = described.loops
    assert loop.model_dump() == {
        "edge_id": "e3",
        "source": "b",
        "target": "a",
        "body": ("a", "b"),
        "max_iterations": 3,
        "on_limit": "continue",
        "parent": None,
    }


def test_a_step_is_reused_unless_its_type_or_its_policy_says_no() -> None:
    fresh = entry("fresh")
    never = fresh.model_copy(update={"step_type": fresh.step_type.model_copy(update={"id": "never", "reuse": False})})
    steps: list[Json] = [step("a", "fresh"), step("b", "never"), {**step("c", "fresh"), "policy": {"reuse": False}}]
    made = compile_plan(document(steps), Catalog([fresh, never]), MACHINE)
    assert [one.reuse for one in made.steps] == [True, False, False]


def test_parameters_that_name_data_files_are_listed() -> None:
    reading = entry(
        "reading",
        properties={
            "location": {"type": "string", "default": "", "x-octopus-data": True},
            "limit": {"type": "integer", "default": 1},
            "labels": {"type": "string", "default": "", "x-octopus-data": True},
        },
    )
    made = compile_plan(document([step("a", "reading")]), Catalog([reading]), MACHINE)
    assert made.steps[0].data_parameters == ("location", "labels")


def test_policies_and_the_time_limit_are_in_the_plan() -> None:
    policy = {"retries": 2, "retry_delay_s": 0.5, "timeout_s": 9, "on_failure": "continue"}
    made = plan([{**step("a", "source"), "policy": policy}], settings={"timeout_s": 100})
    assert made.timeout_s == 100
    assert made.steps[0].policy.model_dump(include=set(policy)) == policy


def test_a_plan_survives_being_stored() -> None:
    steps = [step("load", "source"), step("train", "train", target="${steps.load.metrics.recall}"), step("g", "gather")]
    steps[1]["params"]["target"] += "!"
    edges = [edge("load.data -> train.train"), edge("g.data -> load.after"), edge("load.data -> g.data", kind="loop")]
    made = plan(steps, edges, parameters=PARAMETERS)
    assert plan_from_json(plan_to_json(made)) == made
