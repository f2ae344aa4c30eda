"""Loops: when they fire, what they repeat, what they deliver, how they end."""

from typing import Literal

import pytest

from octopus.compiler.plan import MetricReference, Plan
from octopus.domain.event import LoopIterated
from octopus.domain.fold import fold_all
from octopus.domain.run import RunState
from octopus.engine.commands import Delivery
from octopus.engine.signals import AttemptFailed, StepRunKey
from tests.support.drawings import edge, plan, step
from tests.support.invariants import Watch, everything_has_ended
from tests.support.plans import Loop, with_loops, with_step
from tests.support.play import Act, Acts, Play

BACK, ON, BOTH, NONE = (Act(emits=frozenset(ports)) for ports in ({"right"}, {"left"}, {"left", "right"}, set()))


def _play(looped: Plan, acts: Acts) -> Play:
    play = Play(looped, acts, after_signal=Watch()).whole()
    everything_has_ended(play)
    return play


def _state(play: Play) -> RunState:
    return fold_all("run1", play.events)


def _statuses(play: Play) -> dict[str, tuple[str, int]]:
    return {view.id: (view.status.value, view.iteration) for view in _state(play).steps}


def _edge(play: Play, edge_id: str) -> tuple[str, str | None]:
    return next((view.status, view.cause) for view in _state(play).edges if view.id == edge_id)


def _fired(play: Play) -> list[tuple[str, int]]:
    return [(event.edge_id, event.count) for event in play.events if isinstance(event, LoopIterated)]


def _inputs(play: Play, step_id: str) -> list[dict[str, tuple[Delivery, ...]]]:
    return [start.inputs for start in play.starts if start.key.step_id == step_id]


def _simple(limit: int = 3, on_limit: Literal["fail", "continue"] = "fail") -> Plan:
    """a -> b -> pick, `left` on to `z`, `right` back to `b`; `side` hangs on b."""
    steps = [step("a", "source"), *(step(name, "pass_on") for name in ("b", "z", "side")), step("pick", "choose")]
    edges = [
        edge("a.data -> b.data"),
        edge("b.data -> pick.data"),
        edge("pick.left -> z.data"),
        edge("b.data -> side.data"),
    ]
    return with_loops(plan(steps, edges), Loop("pick.right -> b.data", limit, on_limit, "loop"))


def test_a_loop_that_never_fires_is_dead_at_the_end() -> None:
    play = _play(_simple(), {"pick": ON})
    assert _fired(play) == []
    assert _edge(play, "loop") == ("dead", "not_taken")
    assert _state(play).status == "succeeded"
    assert _state(play).loop_counts == {}


def test_what_is_in_the_body_or_downstream_of_it_runs_again_and_nothing_else() -> None:
    play = _play(_simple(), {"pick": (BACK, BACK, ON)})
    assert _fired(play) == [("loop", 2), ("loop", 3)]
    assert _statuses(play) == {
        "a": ("succeeded", 1),
        "b": ("succeeded", 3),
        "pick": ("succeeded", 3),
        "side": ("succeeded", 3),
        "z": ("succeeded", 3),
    }
    assert _state(play).status == "succeeded"
    assert _state(play).loop_counts == {"loop": 3}


def test_the_loops_value_replaces_the_forward_one_and_comes_from_the_iteration_before() -> None:
    play = _play(_simple(), {"pick": (BACK, BACK, ON)})
    assert _inputs(play, "b") == [
        {"data": (Delivery(StepRunKey("a"), "data"),)},
        {"data": (Delivery(StepRunKey("pick", 1), "right"),)},
        {"data": (Delivery(StepRunKey("pick", 2), "right"),)},
    ]
    assert _inputs(play, "pick")[2] == {"data": (Delivery(StepRunKey("b", 3), "data"),)}


def test_it_replaces_every_forward_value_of_a_many_port() -> None:
    steps = [step("a", "source"), step("b", "source"), step("j", "join"), step("pick", "choose")]
    forward = plan(steps, [edge("a.data -> j.data"), edge("b.data -> j.data"), edge("j.data -> pick.data")])
    looped = with_loops(forward, Loop("pick.right -> j.data", edge_id="loop"))
    play = _play(looped, {"pick": (BACK, ON)})
    assert [[delivery.source.step_id for delivery in inputs["data"]] for inputs in _inputs(play, "j")] == [
        ["a", "b"],
        ["pick"],
    ]


def test_a_loop_back_to_after_repeats_without_a_value() -> None:
    looped = with_loops(
        plan([step("a", "source"), step("pick", "choose")], [edge("a.data -> pick.data")]),
        Loop("pick.right -> a.after"),
    )
    play = _play(looped, {"pick": (BACK, ON)})
    assert _inputs(play, "a") == [{}, {}]


def test_at_its_limit_the_run_fails_though_no_step_did() -> None:
    play = _play(_simple(limit=3), {"pick": BACK})
    assert [key.iteration for key in (start.key for start in play.starts) if key.step_id == "b"] == [1, 2, 3]
    state = _state(play)
    assert (state.status, state.reason) == ("failed", "loop pick -> b reached its limit of 3 iterations")
    assert _statuses(play)["pick"] == ("succeeded", 3)
    assert _edge(play, "loop") == ("dead", "loop_limit")


def test_at_its_limit_the_run_goes_on_if_the_loop_says_so() -> None:
    play = _play(_simple(limit=2, on_limit="continue"), {"pick": BACK})
    assert _state(play).status == "succeeded"
    assert _edge(play, "loop") == ("dead", "loop_limit")


def test_a_limit_of_one_never_repeats() -> None:
    play = _play(_simple(limit=1), {"pick": BACK})
    assert _fired(play) == []
    assert _state(play).reason == "loop pick -> b reached its limit of 1 iteration"


def test_a_failure_in_the_body_ends_the_loop() -> None:
    play = _play(_simple(), {"pick": BACK, "b": (Act(), Act(outcome="failed"))})
    assert _fired(play) == [("loop", 2)]
    assert _statuses(play)["pick"] == ("skipped", 2)
    assert _state(play).reason == "b failed: exit code 3: boom"


def test_a_step_downstream_that_failed_in_an_earlier_iteration_only_does_not_fail_the_run() -> None:
    play = _play(_simple(), {"pick": (BACK, ON), "side": (Act(outcome="failed"), Act())})
    assert _statuses(play)["side"] == ("succeeded", 2)
    assert _state(play).status == "succeeded"


def test_the_loop_waits_for_what_is_downstream_of_its_body() -> None:
    play = Play(_simple(), {"pick": (BACK, ON), "side": (Act(outcome=None), Act())}).admit().run()
    assert _fired(play) == []
    assert _statuses(play)["side"] == ("running", 1)


def test_a_disabled_step_in_what_is_repeated_is_skipped_in_every_iteration() -> None:
    looped = with_step(_simple(), "side", enabled=False)
    play = _play(looped, {"pick": (BACK, BACK, ON)})
    assert _statuses(play)["side"] == ("skipped", 3)
    assert _state(play).status == "succeeded"


def test_no_loop_fires_once_the_run_is_being_cancelled() -> None:
    play = Play(_simple(), {"pick": BACK, "side": Act(outcome=None)}, after_signal=Watch()).admit()
    while play.answer():
        pass
    play.cancel().run()
    everything_has_ended(play)
    assert _fired(play) == []
    assert _edge(play, "loop") == ("dead", "upstream_failed")


def test_metrics_that_parameters_refer_to_are_those_of_the_latest_iteration() -> None:
    looped = with_step(_simple(), "z", references=(MetricReference("b", "f1"), MetricReference("b", "none")))
    looped = with_step(looped, "side", references=(MetricReference("b", "f1"),))
    play = _play(looped, {"pick": (BACK, ON), "b": (Act(metrics={"f1": 0.5}), Act(metrics={"f1": 0.9}))})
    handed = {start.key: list(start.metrics.values()) for start in play.starts}
    assert handed[StepRunKey("z", 2)] == [0.9, None]
    assert handed[StepRunKey("side", 1)] == [0.5]
    assert handed[StepRunKey("side", 2)] == [0.9]


def _nest(on_limit: Literal["fail", "continue"] = "continue") -> Plan:
    """a -> b -> c -> inner -> end: inner back to c (twice), end back to b (twice)."""
    steps = [step("a", "source"), step("b", "pass_on"), step("c", "pass_on")]
    steps += [step("inner", "choose"), step("d", "gather"), step("end", "choose")]
    edges = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("c.data -> inner.data")]
    edges += [edge("inner.left -> d.data"), edge("inner.right -> d.data"), edge("d.data -> end.data")]
    return with_loops(
        plan(steps, edges),
        Loop("end.right -> b.data", limit=2, on_limit=on_limit, edge_id="outer"),
        Loop("inner.right -> c.data", limit=2, on_limit=on_limit, edge_id="inner"),
    )


def test_inner_loops_are_settled_before_the_outer_one_and_count_anew_in_each_of_its_iterations() -> None:
    play = _play(_nest(), {"inner": BACK, "end": BACK})
    assert _fired(play) == [("inner", 2), ("outer", 2), ("inner", 2)]
    assert _state(play).loop_counts == {"inner": 2, "outer": 2}
    assert _statuses(play)["b"] == ("succeeded", 2)
    assert _statuses(play)["c"] == ("succeeded", 4)
    restarted = [event.restarted for event in play.events if isinstance(event, LoopIterated)]
    assert restarted == [(), ("inner",), ()]


def test_an_inner_loop_that_fails_the_run_at_its_limit_ends_the_outer_one() -> None:
    play = _play(_nest(on_limit="fail"), {"inner": BACK, "end": BACK})
    assert _fired(play) == [("inner", 2)]
    assert _state(play).reason == "loop inner -> c reached its limit of 2 iterations"
    assert _edge(play, "outer") == ("dead", "upstream_failed")


def test_the_value_of_an_outer_loop_stays_through_the_iterations_of_an_inner_one_with_the_same_target() -> None:
    steps = [step("a", "source"), step("b", "gather"), step("inner", "choose"), step("end", "choose")]
    edges = [edge("a.data -> b.data"), edge("b.data -> inner.data")]
    edges += [edge("inner.left -> end.data"), edge("inner.right -> end.after")]
    looped = with_loops(
        plan(steps, edges),
        Loop("end.right -> b.data", edge_id="outer"),
        Loop("inner.right -> b.after", edge_id="inner"),
    )
    play = _play(looped, {"inner": (ON, BOTH, ON), "end": (BACK, ON)})
    assert _fired(play) == [("outer", 2), ("inner", 2)]
    assert [inputs["data"][0].source.step_id for inputs in _inputs(play, "b")] == ["a", "end", "end"]


def _in_a_row() -> Plan:
    steps = [step("a", "source"), step("b", "pass_on"), step("one", "choose")]
    steps += [step("c", "gather"), step("two", "choose")]
    edges = [edge("a.data -> b.data"), edge("b.data -> one.data"), edge("one.left -> c.data")]
    edges += [edge("c.data -> two.data")]
    return with_loops(
        plan(steps, edges), Loop("one.right -> b.data", edge_id="first"), Loop("two.right -> c.data", edge_id="second")
    )


def test_an_earlier_loop_comes_first_and_makes_a_later_one_count_anew() -> None:
    play = _play(_in_a_row(), {"one": (ON, BOTH, ON), "two": (BACK, BACK, ON)})
    assert _fired(play) == [("second", 2), ("second", 3)]
    both = _play(_in_a_row(), {"one": (BOTH, ON), "two": (BACK, BACK, BACK, ON)})
    assert _fired(both) == [("first", 2), ("second", 2), ("second", 3)]
    assert _inputs(both, "c")[1]["data"][0] == Delivery(StepRunKey("one", 2), "left")


def _twins() -> Plan:
    steps = [step("a", "source"), step("b", "join"), step("pick", "choose")]
    return with_loops(
        plan(steps, [edge("a.data -> b.data"), edge("b.data -> pick.data")]),
        Loop("pick.right -> b.data", edge_id="r"),
        Loop("pick.left -> b.data", edge_id="l"),
    )


def test_two_loops_with_one_body_fire_together_and_repeat_it_once() -> None:
    play = _play(_twins(), {"pick": (BOTH, NONE)})
    assert _fired(play) == [("r", 2), ("l", 2)]
    assert _statuses(play)["b"] == ("succeeded", 2)
    assert [delivery.source_port for delivery in _inputs(play, "b")[1]["data"]] == ["right", "left"]


def test_an_iteration_is_fed_only_by_the_loops_that_fired_for_it() -> None:
    play = _play(_twins(), {"pick": (BOTH, ON, NONE)})
    assert [delivery.source_port for delivery in _inputs(play, "b")[2]["data"]] == ["left"]
    assert _edge(play, "r") == ("dead", "not_taken")


def test_loops_that_share_only_what_is_downstream_go_on_independently() -> None:
    steps = [step("l", "maybe"), step("r", "maybe"), step("pl", "choose"), step("pr", "choose"), step("j", "join")]
    edges = [edge("l.data -> pl.data"), edge("r.data -> pr.data"), edge("pl.left -> j.data")]
    edges += [edge("pr.left -> j.data")]
    looped = with_loops(
        plan(steps, edges), Loop("pl.right -> l.data", edge_id="left"), Loop("pr.right -> r.data", edge_id="right")
    )
    play = _play(looped, {"pl": (BACK, ON), "pr": (BACK, BACK, ON)})
    assert _fired(play) == [("left", 2), ("right", 2), ("right", 3)]
    assert _statuses(play)["l"] == ("succeeded", 2)
    assert _statuses(play)["j"] == ("succeeded", 3)
    last = _inputs(play, "j")[-1]["data"]
    assert last == (Delivery(StepRunKey("pl", 2), "left"), Delivery(StepRunKey("pr", 3), "left"))


def test_an_independent_branch_goes_on_while_a_loop_iterates() -> None:
    steps = [step("a", "maybe"), step("pick", "choose"), step("slow", "source")]
    looped = with_loops(plan(steps, [edge("a.data -> pick.data")]), Loop("pick.right -> a.data", edge_id="loop"))
    play = Play(looped, {"pick": (BACK, ON), "slow": Act(outcome=None)}).admit().run()
    assert _fired(play) == [("loop", 2)]
    assert _statuses(play)["slow"] == ("running", 1)


def test_a_late_answer_of_an_earlier_iteration_changes_nothing() -> None:
    play = Play(_simple(), {"pick": (BACK, Act(outcome=None))}).admit().run()
    late = play.machine.handle(AttemptFailed(play.now(), StepRunKey("pick", 1), "lost", "?"))
    assert late.events == late.commands == ()


@pytest.mark.parametrize("step_id", ["b", "side"])
def test_a_story_tells_why_a_step_is_repeated(step_id: str) -> None:
    story = _play(_simple(), {"pick": (BACK, ON)}).machine.story(step_id)
    assert "iteration 2 because loop pick -> b fired for iteration 2 of 3" in story


def test_a_story_tells_how_the_loop_ended() -> None:
    story = _play(_simple(limit=1), {"pick": BACK}).machine.story("pick")
    assert story[-1] == "loop pick -> b ended (loop_limit): loop pick -> b reached its limit of 1 iteration"


def test_a_loop_that_fires_delivers_before_anything_is_queued_again() -> None:
    kinds = [event.kind for event in _play(_simple(), {"pick": (BACK, ON)}).events]
    at = kinds.index("loop.iterated")
    assert kinds[at : at + 3] == ["loop.iterated", "edge.delivered", "step.queued"]
