"""Scopes: which steps of a drawing a run executes, which it only reuses, and which it leaves alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.compile import compile_plan
from octopus.compiler.graph import Graph, ancestors
from octopus.compiler.parse import parse
from octopus.compiler.plan import Adopted, Plan
from octopus.compiler.request import RunRequest
from octopus.domain.errors import PipelineHasProblems
from octopus.domain.run import Scope
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, step
from tests.support.examples import examples
from tests.support.random_drawings import drawings

# load -> clean -> train -> judge -> deploy, and extra -> judge; judge loops back to train
STEPS = [
    step("load", "source"),
    step("clean", "pass_on"),
    step("train", "gather"),
    step("extra", "source"),
    step("judge", "join"),
    step("deploy", "pass_on"),
    step("aside", "gather"),
]
EDGES = [
    edge("load.data -> clean.data"),
    edge("clean.data -> train.data"),
    edge("train.data -> judge.data"),
    edge("extra.data -> judge.data"),
    edge("judge.data -> deploy.data"),
    edge("load.data -> aside.data"),
    edge("judge.data -> train.data", kind="loop"),
]


def _plan(mode: str, step_id: str | None = None, steps: list[Json] = STEPS, **more: Any) -> Plan:
    of_run = "r1" if mode == "failed" else None
    scope = Scope(mode=mode, step_id=step_id, of_run=of_run)
    return compile_plan(document(steps, EDGES), CATALOG, MACHINE, RunRequest(scope=scope, **more))


def _modes(mode: str, step_id: str | None = None, **more: Any) -> dict[str, str]:
    return {one.id: one.mode for one in _plan(mode, step_id, **more).steps}


def test_all_runs_everything() -> None:
    assert set(_modes("all").values()) == {"run"}
    assert len(_modes("all")) == len(STEPS)


def test_to_runs_the_step_and_what_comes_before_it() -> None:
    assert _modes("to", "train") == dict.fromkeys(("load", "clean", "train"), "run")


def test_only_executes_the_step_and_reuses_what_comes_before_it() -> None:
    assert _modes("only", "train") == {"load": "reuse", "clean": "reuse", "train": "force"}


def test_from_executes_the_step_runs_what_follows_and_reuses_what_that_needs() -> None:
    assert _modes("from", "train") == {
        "load": "reuse",
        "clean": "reuse",
        "train": "force",
        "extra": "reuse",
        "judge": "run",
        "deploy": "run",
    }


def test_force_executes_whatever_would_run_and_nothing_more() -> None:
    assert set(_modes("all", force=True).values()) == {"force"}
    assert _modes("only", "clean", force=True) == {"load": "reuse", "clean": "force"}
    assert _modes("from", "judge", force=True)["deploy"] == "force"


def test_failed_takes_over_what_succeeded_unless_something_before_it_runs_again() -> None:
    adopted = {name: Adopted("r1", name, 1) for name in ("load", "clean", "extra", "aside", "deploy")}
    made = _plan("failed", succeeded=adopted)
    assert {one.id: (one.mode, one.adopt) for one in made.steps} == {
        "load": ("reuse", adopted["load"]),
        "clean": ("reuse", adopted["clean"]),
        "extra": ("reuse", adopted["extra"]),
        "aside": ("reuse", adopted["aside"]),
        "train": ("run", None),
        "judge": ("run", None),
        "deploy": ("run", None),
    }


def test_failed_looks_up_what_succeeded_in_a_later_iteration() -> None:
    known: dict[str, Adopted | None] = {name: Adopted("r1", name, 1) for name in ("load", "clean", "extra", "aside")}
    modes = _modes("failed", succeeded={**known, "train": None, "judge": None})
    assert (modes["train"], modes["judge"], modes["deploy"]) == ("run", "run", "run")


def test_an_adopted_step_run_may_be_of_an_earlier_run_than_the_one_that_is_resumed() -> None:
    first = Adopted("r0", "load", 1)
    made = _plan("failed", succeeded={"load": first})
    assert next(one.adopt for one in made.steps if one.id == "load") == first


def test_edges_to_steps_out_of_scope_are_not_in_the_plan() -> None:
    made = _plan("to", "train")
    assert [one.id for one in made.edges] == ["e1", "e2"]
    load = made.steps[0]
    assert [port.edges for port in load.outputs] == [("e1",)]
    assert [one.index for one in made.steps] == [0, 1, 2]


@pytest.mark.parametrize(
    ("mode", "step_id", "loops"),
    [
        ("all", None, ["e7"]),
        ("to", "deploy", ["e7"]),
        ("to", "judge", ["e7"]),
        ("to", "train", []),
        ("from", "clean", ["e7"]),
        ("from", "train", ["e7"]),
        ("from", "judge", []),
        ("only", "judge", []),
    ],
)
def test_a_loop_stays_only_if_both_of_its_ends_are_executed(mode: str, step_id: str | None, loops: list[str]) -> None:
    made = _plan(mode, step_id)
    assert [loop.edge_id for loop in made.loops] == loops
    assert [one.id for one in made.edges if one.kind == "loop"] == loops


def test_the_parent_of_a_loop_is_one_that_is_in_the_plan() -> None:
    steps = [step(name, "gather") for name in "abcd"]
    chain = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("c.data -> d.data")]
    loops = [edge("d.data -> a.data", kind="loop"), edge("c.data -> b.data", kind="loop")]
    request = RunRequest(scope=Scope(mode="to", step_id="c"))
    (inner,) = compile_plan(document(steps, [*chain, *loops]), CATALOG, MACHINE, request).loops
    assert (inner.edge_id, inner.parent, inner.repeats) == ("e5", None, ("b", "c"))


@pytest.mark.parametrize(
    ("scope", "code", "pointer", "message"),
    [
        (Scope(mode="to"), "invalid_scope", "/scope/step_id", "Scope `to` needs a `step_id`."),
        (Scope(mode="all", step_id="load"), "invalid_scope", "/scope/step_id", "Scope `all` takes no `step_id`."),
        (
            Scope(mode="failed"),
            "invalid_scope",
            "/scope/of_run",
            "Scope `failed` needs `of_run`: the run whose steps are to be taken over.",
        ),
        (
            Scope(mode="from", step_id="load", of_run="r1"),
            "invalid_scope",
            "/scope/of_run",
            "Scope `from` takes no `of_run`; only `failed` does.",
        ),
        (
            Scope(mode="only", step_id="trian"),
            "unknown_scope_step",
            "/scope/step_id",
            "The pipeline has no step `trian`; did you mean `train`?",
        ),
    ],
)
def test_a_scope_that_cannot_be_is_a_problem_of_the_request(
    scope: Scope, code: str, pointer: str, message: str
) -> None:
    with pytest.raises(PipelineHasProblems) as caught:
        compile_plan(document(STEPS, EDGES), CATALOG, MACHINE, RunRequest(scope=scope))
    assert [(one.code, one.pointer, one.message) for one in caught.value.problems] == [(code, pointer, message)]


def test_a_disabled_step_is_not_run_by_asking_for_it() -> None:
    steps = [{**one, "enabled": one["id"] != "train"} for one in STEPS]
    with pytest.raises(PipelineHasProblems, match="`train` is disabled; enable it to run it"):
        _plan("only", "train", steps)


@given(drawings(), st.sampled_from(["to", "only", "from"]), st.integers(0, 8), st.booleans())
@examples(120)
def test_every_scope_holds_all_that_its_steps_need(value: Json, mode: str, place: int, force: bool) -> None:
    enabled = [one["id"] for one in value["steps"] if one["enabled"]]
    chosen = enabled[place % len(enabled)]
    scope = Scope(mode=mode, step_id=chosen)
    made = compile_plan(parse(value), CATALOG, MACHINE, RunRequest(scope=scope, force=force))
    drawn = Graph.of((one["id"] for one in value["steps"]), ((one["source"], one["target"]) for one in value["edges"]))
    modes = {one.id: one.mode for one in made.steps}
    after = {one for one in drawn.nodes if chosen in ancestors(drawn, one)}
    executed = {
        "to": ancestors(drawn, chosen) | {chosen},
        "only": {chosen},
        "from": after | {chosen},
    }[mode]
    assert {one for one, how in modes.items() if how != "reuse"} == executed
    assert all(before in modes for one in modes for before in ancestors(drawn, one))
    assert mode == "to" or modes[chosen] == "force"
    known = {one.id for one in made.edges}
    assert all(known >= set(port.edges) for one in made.steps for port in one.inputs)
    assert all(known >= set(port.edges) for one in made.steps for port in one.outputs)


@given(drawings(), st.sets(st.integers(0, 8)))
@examples(120)
def test_resuming_never_takes_over_what_follows_a_step_that_runs(value: Json, places: set[int]) -> None:
    ids = [one["id"] for one in value["steps"]]
    succeeded = {ids[place]: Adopted("r1", ids[place], 1) for place in places if place < len(ids)}
    request = RunRequest(scope=Scope(mode="failed", of_run="r1"), succeeded=succeeded)
    made = compile_plan(parse(value), CATALOG, MACHINE, request)
    modes = {one.id: one.mode for one in made.steps}
    assert set(modes) == set(ids)
    assert all(modes[one.source] == "reuse" or modes[one.target] == "run" for one in made.edges)
    assert all((one.adopt is not None) == (one.mode == "reuse") for one in made.steps)
    assert all(one.id in succeeded for one in made.steps if one.mode == "reuse")
