"""A pipeline built in Python is the document that a person would have drawn; what cannot be is refused with advice."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from octopus import InvalidDocument, Pipeline, Policy, UnknownName
from octopus.catalog.catalog import built_in_catalog
from octopus.compiler.parse import parse

OWN_WORDS = {"type", "id", "label", "position", "policy", "enabled", "notes", "after", "values"}


def iris() -> Pipeline:
    p = Pipeline("Iris", "Flowers")
    load = p.step("ingest", bundled="iris")
    split = p.step("split", data=load["data"], ratios=(0.8, 0, 0.2), target="target")
    train = p.step("train", train=split.train, algorithm="forest")
    judge = p.step("evaluate", model=train.model, test=split.test)
    again = p.step("retrain", failed=judge["fail"], metrics=judge.metrics)
    p.loop(again["params"], train["params"], max_iterations=2, label="again")
    return p


def test_steps_inputs_parameters_and_loops_become_the_document_of_the_same_drawing() -> None:
    def edge(number: int, source: str, target: str, **more: object) -> dict[str, object]:
        (a, b), (c, d) = source.split("."), target.split(".")
        return {"id": f"e{number}", "source": a, "source_port": b, "target": c, "target_port": d, **more}

    drawn = {
        "schema_version": 1,
        "name": "Iris",
        "description": "Flowers",
        "steps": [
            {"id": "ingest", "type": "ingest", "params": {"bundled": "iris"}},
            {"id": "split", "type": "split", "params": {"ratios": [0.8, 0, 0.2], "target": "target"}},
            {"id": "train", "type": "train", "params": {"algorithm": "forest"}},
            {"id": "evaluate", "type": "evaluate"},
            {"id": "retrain", "type": "retrain"},
        ],
        "edges": [
            edge(1, "ingest.data", "split.data"),
            edge(2, "split.train", "train.train"),
            edge(3, "train.model", "evaluate.model"),
            edge(4, "split.test", "evaluate.test"),
            edge(5, "evaluate.fail", "retrain.failed"),
            edge(6, "evaluate.metrics", "retrain.metrics"),
            edge(7, "retrain.params", "train.params", kind="loop", max_iterations=2, label="again"),
        ],
    }
    assert iris().document == parse(drawn)
    assert iris().validate() == ()


def test_parameters_profiles_and_settings_are_said_once_and_referred_to() -> None:
    p = Pipeline("P")
    rows = p.parameter("rows", 100, description="how many")
    load = p.step("ingest", "load", limit=rows)
    p.profile("small", rows=10).configure(max_parallel=1, timeout_s=60, experiment="E", direction="LR")
    document = p.document
    assert dict(load.parameters) == {"limit": "${params.rows}"}
    assert (document.parameters["rows"].type, document.parameters["rows"].default) == ("int", 100)
    assert document.profiles == {"small": {"rows": 10}}
    assert (document.settings.max_parallel, document.settings.timeout_s, document.direction) == (1, 60, "LR")


@pytest.mark.parametrize(
    ("default", "kind"), [(True, "bool"), (1, "int"), (0.5, "float"), ("x", "string"), ([1], "list")]
)
def test_a_parameter_has_the_type_of_its_default(default: object, kind: str) -> None:
    p = Pipeline("P")
    p.parameter("x", default)
    assert p.document.parameters["x"].type == kind


def test_values_of_python_become_values_of_the_document() -> None:
    def load(path):  # type: ignore[no-untyped-def]
        return path

    step = Pipeline("P").step("ingest", location=Path("/data/a.csv"), columns=("a", "b"), loader=load)
    assert step.parameters["location"] == "/data/a.csv"
    assert step.parameters["columns"] == ["a", "b"]
    assert step.parameters["loader"] == "def load(path):  # type: ignore[no-untyped-def]\n    return path\n"
    with pytest.raises(TypeError, match="lambda"):
        step.set(loader=lambda path: path)
    with pytest.raises(TypeError, match="object has no form"):
        step.set(limit=object())
    assert step.parameters["columns"] == ["a", "b"]


def test_a_metric_is_referred_to_by_its_name_however_it_is_spelled() -> None:
    judge = iris()["evaluate"]
    assert judge.metric("recall") == "${steps.evaluate.metrics.recall}"
    assert judge.metric("f1/macro") == '${steps.evaluate.metrics["f1/macro"]}'


def test_steps_are_joined_by_the_one_pair_of_ports_that_fits() -> None:
    p = Pipeline("P")
    load, clean, split, train, judge = (p.step(kind) for kind in ("ingest", "clean", "split", "train", "evaluate"))
    load >> clean >> split
    p.connect(train, judge).connect(split["test"], judge)
    assert [(edge.source_port, edge.target_port) for edge in p.edges] == [
        ("data", "data"),
        ("data", "data"),
        ("model", "model"),
        ("test", "test"),
    ]
    with pytest.raises(UnknownName, match="several edges are possible: `train -> train`, `train -> validation`"):
        p.connect(split, train)
    with pytest.raises(UnknownName, match="No free input"):
        load >> split


@pytest.mark.parametrize("after", ["load", ["load"], [None]])
def test_names_are_not_waited_for_and_leave_no_step_behind(after: Any) -> None:
    p = Pipeline("Iris")
    p.step("ingest", "load")
    with pytest.raises(UnknownName, match=r"`after` takes steps and ports, not ('load'|None); a step that is there"):
        p.step("split", after=after)
    assert [step.id for step in p.document.steps] == ["load"]


def test_a_step_may_wait_for_others_without_their_data() -> None:
    p = Pipeline("P")
    first, second = p.step("ingest"), p.step("ingest")
    p.step("ingest", "last", after=[first["data"], second])
    assert [(edge.source, edge.target, edge.target_port) for edge in p.edges] == [
        ("ingest", "last", "after"),
        ("ingest_2", "last", "after"),
    ]


def test_a_step_is_changed_and_removed_with_its_edges() -> None:
    p = iris()
    p["train"].set(algorithm="tree").change(label="Tree", policy=Policy(retries=2), enabled=False, position=(1, 2))
    p["train"].change(policy={"timeout_s": 9})
    step = p["train"].step
    assert (step.params, step.label, step.enabled) == ({"algorithm": "tree"}, "Tree", False)
    assert (step.policy.retries, step.policy.timeout_s) == (2, 9)
    p.remove("evaluate").disconnect(p["split"], p["train"]["train"])
    assert [edge.id for edge in p.edges] == ["e1", "e7"]
    assert [step.id for step in p] == ["ingest", "split", "train", "retrain"]
    assert "evaluate" not in p
    p.connect(p["split"]["train"], p["train"]["train"])
    assert [edge.id for edge in p.edges] == ["e1", "e7", "e2"]


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda p: p.step("ingets"), r"no step type `ingets`; did you mean `ingest`\? There are `ingest`, `clean`"),
        (lambda p: p["splti"], r"no step `splti`; did you mean `split`\? There are `ingest`"),
        (
            lambda p: p["split"]["trian"],
            r"no port `trian`; did you mean `train`\? Outputs: `train`, `validation`, `test`",
        ),
        (lambda p: p["split"].trian, r"no port `trian`"),
        (lambda p: p.step("split", ratio=[1]), r"neither a parameter nor an input `ratio`; did you mean `ratios`\?"),
        (lambda p: p["split"].set(dta=1), r"neither a parameter nor an input `dta`"),
        (lambda p: p.step("split", data="text"), r"`data` is an input of split"),
        (
            lambda p: p.step("split", data=p["train"]["train"]),
            r"`train` is no output of the step `train`. Outputs: `model`",
        ),
        (lambda p: p.connect(p["train"]["model"], p["evaluate"]["pass"]), r"`pass` is no input of the step `evaluate`"),
        (lambda p: p.profile("x", nosuch=1), r"no parameter `nosuch`"),
        (lambda p: p.connect(Pipeline("Other").step("ingest"), p["split"]), "of another pipeline, `Other`"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(mistake, says: str) -> None:  # type: ignore[no-untyped-def]
    p = iris()
    before = p.document
    with pytest.raises(UnknownName, match=says):
        mistake(p)
    assert p.document == before


def test_a_wrong_shape_is_refused_where_it_is_written() -> None:
    p = iris()
    with pytest.raises(InvalidDocument, match="a step `split` already"):
        p.step("split", "split")
    with pytest.raises(InvalidDocument) as refused:
        p.step("train", "Train")
    assert [problem.pointer for problem in refused.value.problems] == ["/steps/5/id"]
    with pytest.raises(InvalidDocument, match="/edges/7/max_iterations"):
        p.loop(p["retrain"]["params"], p["train"]["params"], max_iterations=0)
    assert p.document == iris().document


def test_what_makes_no_sense_is_a_problem_and_no_error() -> None:
    p = iris()
    p["train"].set(algorithm="magic")
    assert [(problem.code, problem.pointer) for problem in p.validate()] == [
        ("invalid_parameter", "/steps/2/params/algorithm")
    ]


def test_ports_are_offered_for_completion() -> None:
    split = iris()["split"]
    assert split._ipython_key_completions_() == ["train", "validation", "test", "data", "after"]
    assert {"train", "validation", "test", "set"} <= set(dir(split))
    assert iris()._ipython_key_completions_() == ["ingest", "split", "train", "evaluate", "retrain"]
    assert not hasattr(split, "nosuch")


def test_every_parameter_of_every_step_can_be_given_by_its_name() -> None:
    for entry in built_in_catalog().all():
        names = {*entry.step_type.params_schema["properties"], *(port.name for port in entry.step_type.inputs)}  # type: ignore[misc]
        assert names & OWN_WORDS == set(), entry.step_type.id


def test_a_step_that_runs_a_function_has_its_ports_and_takes_its_arguments() -> None:
    def run(orders, customers=None, *, limit: float = 1.0):  # type: ignore[no-untyped-def]
        return orders

    p = Pipeline("P")
    load = p.step("ingest")
    own = p.step("python", "own", code=run, orders=load, limit=2.5)
    assert own.parameters["arguments"] == {"limit": 2.5}
    assert [(edge.source, edge.target_port) for edge in p.edges] == [("ingest", "orders")]
    assert own._ipython_key_completions_() == ["output", "orders", "customers", "after"]
    with pytest.raises(UnknownName, match=r"`lmit`; did you mean `limit`\?"):
        p.step("python", code=run, lmit=1)
    with pytest.raises(UnknownName, match="no port `nosuch`"):
        own["nosuch"]
    assert p.validate() == ()


def test_ports_of_a_function_that_cannot_be_read_are_taken_as_they_are_named() -> None:
    p = Pipeline("P")
    own = p.step("python", code="def run(", anything=p.step("ingest")["data"])
    assert [edge.target_port for edge in p.edges] == ["anything"]
    assert own["whatever"].name == "whatever"
    assert "invalid_code" in [problem.code for problem in p.validate()]


def test_the_built_in_steps_are_calls_with_names_and_explanations() -> None:
    p = Pipeline("P")
    split = p.add.split(data=p.add.ingest("load", bundled="iris"), ratios=[0.8, 0, 0.2], label="Parts")
    assert (split.id, split.step.label, p["load"].parameters) == ("split", "Parts", {"bundled": "iris"})
    assert [edge.target_port for edge in p.edges] == ["data"]
    assert set(dir(p.add)) == {entry.step_type.id for entry in built_in_catalog().all()}
    assert {"id", "train", "algorithm", "policy"} <= set(inspect.signature(p.add.train).parameters)
    assert "MLflow Model" in (p.add.train.__doc__ or "")
    with pytest.raises(UnknownName, match="did you mean `train`"):
        p.add.trian()  # type: ignore[attr-defined]
