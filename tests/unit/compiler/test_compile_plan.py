"""The plan and how it is described."""

import dataclasses
import shlex

import pytest
from hypothesis import given

from octopus.compiler.compile import compile_plan
from octopus.compiler.describe import Foreseen, describe
from octopus.compiler.parse import parse
from octopus.compiler.plan import PlannedEdge
from octopus.domain.errors import PipelineHasProblems
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, plan, step
from tests.support.examples import examples
from tests.support.random_drawings import drawings

TRAINING = (
    [
        step("evaluate", "evaluate"),
        step("train", "train", target="species", depth=5),
        step("split", "split"),
        step("load", "source"),
    ],
    [
        edge("split.test -> evaluate.test"),
        edge("train.model -> evaluate.model"),
        edge("split.train -> train.train"),
        edge("load.data -> split.data"),
        edge("load.data -> train.after"),
    ],
)


def test_a_drawing_with_problems_has_no_plan() -> None:
    with pytest.raises(PipelineHasProblems) as caught:
        compile_plan(document([step("t", "train"), step("a", "source")]), CATALOG, MACHINE)
    assert caught.value.status == 422
    assert [problem.code for problem in caught.value.problems] == [
        "missing_parameter",
        "missing_input",
        "disconnected_step",
        "disconnected_step",
    ]
    assert caught.value.detail == (
        "The pipeline has 2 problems; the first: The parameter `target` of `t` is required and has no value."
    )


def test_a_drawing_with_warnings_only_has_a_plan() -> None:
    assert [one.id for one in plan([step("a", "source"), step("b", "source")]).steps] == ["a", "b"]


def test_steps_stand_in_the_order_in_which_they_can_run() -> None:
    assert [(one.index, one.id) for one in plan(*TRAINING).steps] == [
        (0, "load"),
        (1, "split"),
        (2, "train"),
        (3, "evaluate"),
    ]


def test_every_parameter_is_there_with_its_default_in_the_types_order() -> None:
    train = plan(*TRAINING).steps[2]
    assert list(train.params.items()) == [
        ("target", "species"),
        ("depth", 5),
        ("rate", 0.1),
        ("shuffle", True),
        ("options", None),
    ]


def test_ports_know_their_edges_in_document_order() -> None:
    steps = [step("a", "source"), step("b", "source"), step("j", "join")]
    made = plan(steps, [edge("b.data -> j.data"), edge("a.data -> j.after"), edge("a.data -> j.data")])
    join, source = made.steps[2], made.steps[0]
    assert [(one.name, one.edges) for one in join.inputs] == [("data", ("e1", "e3")), ("after", ("e2",))]
    assert [(one.name, one.edges) for one in source.outputs] == [("data", ("e2", "e3"))]
    assert made.edges[0] == PlannedEdge("e1", "b", "data", "j", "data", "data")


def test_branch_ports_know_what_they_pass_on() -> None:
    evaluate = plan(*TRAINING).steps[3]
    assert [(one.name, one.branch, one.passes) for one in evaluate.outputs] == [
        ("pass", True, "model"),
        ("fail", True, "model"),
        ("metrics", False, None),
    ]


def test_the_experiment_is_named_like_the_pipeline_unless_it_says_otherwise() -> None:
    assert plan([step("a", "source")]).experiment == "Test"
    assert plan([step("a", "source")], settings={"experiment": "mine"}).experiment == "mine"


def test_a_step_is_called_by_its_label_else_by_its_types_title() -> None:
    made = plan([{**step("a", "source"), "label": "Load it"}, step("b", "source")])
    assert [one.title for one in made.steps] == ["Load it", "Source"]


def test_the_plan_keeps_the_document_and_cannot_be_changed() -> None:
    drawn = document([step("a", "source")])
    made = compile_plan(drawn, CATALOG, MACHINE)
    assert made.document is drawn
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.experiment = "other"  # type: ignore[misc]


def test_the_description_gives_the_exact_command_with_stand_ins() -> None:
    described = describe(plan(*TRAINING))
    assert described.experiment == "Test"
    assert described.steps[2].argv == (
        "mlflow",
        "run",
        "/project",
        "--entry-point",
        "train",
        "--env-manager",
        "local",
        "--experiment-id",
        "<experiment_id>",
        "--run-id",
        "<run_id>",
        "--storage-dir",
        "<storage_dir>",
        "-P",
        "train=<out:split.train>",
        "-P",
        "validation=<unconnected>",
        "-P",
        "target=species",
        "-P",
        "depth=5",
        "-P",
        "rate=0.1",
        "-P",
        "shuffle=true",
        "-P",
        "options=",
    )


def test_the_description_says_what_a_step_waits_for_and_gives_a_line_for_a_shell() -> None:
    described = describe(plan(*TRAINING))
    assert [one.depends_on for one in described.steps] == [(), ("load",), ("split", "load"), ("train", "split")]
    assert shlex.split(described.steps[3].command) == list(described.steps[3].argv)
    assert described.steps[0].command.startswith("mlflow run /project --entry-point source --env-manager local")


def test_a_many_port_is_described_as_a_list() -> None:
    steps = [step("a", "source"), step("b", "source"), step("j", "join")]
    described = describe(plan(steps, [edge("b.data -> j.data"), edge("a.data -> j.data")]))
    assert described.steps[2].argv[-1] == 'data=["<out:b.data>", "<out:a.data>"]'


def test_without_foresight_the_description_foresees_nothing() -> None:
    [described] = describe(plan([step("a", "source")])).steps
    assert Foreseen.model_validate({name: getattr(described, name) for name in Foreseen.model_fields}) == Foreseen()


def test_foresight_is_told_step_by_step() -> None:
    seen = Foreseen(
        fingerprint="sha256:1", will_reuse=False, why="depth changed", changed=("parameter:depth",), last_duration_s=2.5
    )
    described = describe(plan(*TRAINING), foresight={"train": seen}).steps[2]
    told = Foreseen.model_validate({name: getattr(described, name) for name in Foreseen.model_fields})
    assert told == seen


@given(drawings())
@examples(100)
def test_every_step_comes_after_those_it_waits_for(value: Json) -> None:
    made = compile_plan(parse(value), CATALOG, MACHINE)
    place = {one.id: one.index for one in made.steps}
    assert sorted(place.values()) == list(range(len(value["steps"])))
    assert all(place[one.source] < place[one.target] for one in made.edges)
