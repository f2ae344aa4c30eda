"""When a step runs and when it is skipped, and what its skip says."""

from octopus.domain.event import StepQueued, StepSkipped
from octopus.domain.fold import fold_all
from octopus.domain.run import StepRunView
from octopus.engine.commands import Delivery
from octopus.engine.signals import StepRunKey
from tests.support.drawings import edge, plan, step
from tests.support.play import Act, Play


def _views(play: Play) -> dict[str, StepRunView]:
    return {view.id: view for view in fold_all("run1", play.events).steps}


def _statuses(play: Play) -> dict[str, str]:
    return {step_id: view.status.value for step_id, view in _views(play).items()}


def _inputs(play: Play, step_id: str) -> dict[str, tuple[Delivery, ...]]:
    return next(start.inputs for start in play.starts if start.key.step_id == step_id)


def test_a_step_starts_only_after_all_its_edges_are_resolved() -> None:
    steps = [step("a", "source"), step("b", "source"), step("c", "join")]
    play = Play(plan(steps, [edge("a.data -> c.data"), edge("b.data -> c.data")])).admit()
    play.answer_until(StepQueued, "c")
    assert [event.step_id for event in play.events if event.kind == "step.succeeded"] == ["a", "b"]


def test_the_chosen_branch_runs_and_the_other_is_skipped_with_the_step_that_chose() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("l", "pass_on"), step("r", "pass_on")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> l.data"), edge("pick.right -> r.data")]
    play = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"right"}))}).whole()
    assert _statuses(play) == {"a": "succeeded", "pick": "succeeded", "l": "skipped", "r": "succeeded"}
    skipped = _views(play)["l"]
    assert skipped.cause_step == "pick"
    assert skipped.reason == "input data got nothing because pick did not choose left"
    assert play.events[-1].kind == "run.succeeded"


def test_a_branching_step_may_choose_both_or_none() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("l", "pass_on"), step("r", "pass_on")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> l.data"), edge("pick.right -> r.data")]
    both = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"left", "right"}))}).whole()
    none = Play(plan(steps, edges), {"pick": Act(emits=frozenset())}).whole()
    assert [_statuses(both)[side] for side in "lr"] == ["succeeded", "succeeded"]
    assert [_statuses(none)[side] for side in "lr"] == ["skipped", "skipped"]


def test_branches_rejoin_at_a_many_port_with_the_value_that_came() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("l", "pass_on"), step("r", "pass_on"), step("j", "join")]
    edges = [
        edge("a.data -> pick.data"),
        edge("pick.left -> l.data"),
        edge("pick.right -> r.data"),
        edge("l.data -> j.data"),
        edge("r.data -> j.data"),
    ]
    play = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"left"}))}).whole()
    assert _statuses(play)["j"] == "succeeded"
    assert _inputs(play, "j") == {"data": (Delivery(StepRunKey("l"), "data"),)}


def test_a_skip_is_handed_on_with_the_step_that_caused_it() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("b", "pass_on"), step("c", "pass_on")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> b.data"), edge("b.data -> c.data")]
    play = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"right"}))}).whole()
    last = _views(play)["c"]
    assert (last.status, last.cause_step) == ("skipped", "pick")
    assert last.reason == "input data got nothing because pick did not choose left"


def test_an_optional_input_that_was_not_taken_delivers_nothing_and_the_step_runs() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("t", "train", target="y")]
    edges = [edge("a.data -> pick.data"), edge("a.data -> t.train"), edge("pick.left -> t.validation")]
    play = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"right"}))}).whole()
    assert _statuses(play)["t"] == "succeeded"
    assert _inputs(play, "t") == {"train": (Delivery(StepRunKey("a"), "data"),), "validation": ()}


def test_a_step_with_optional_inputs_only_is_skipped_when_none_was_delivered() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("m", "maybe")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> m.data")]
    play = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"right"}))}).whole()
    assert _views(play)["m"].reason == "not run because pick did not choose left"


def test_a_step_without_edges_runs() -> None:
    assert _statuses(Play(plan([step("m", "maybe"), step("g", "gather")])).whole()) == {
        "m": "succeeded",
        "g": "succeeded",
    }


def test_a_many_port_gets_its_values_in_the_order_of_the_edges_not_of_the_endings() -> None:
    steps = [step("a", "source"), step("b", "source"), step("c", "source"), step("j", "join")]
    edges = [edge("c.data -> j.data"), edge("a.data -> j.data"), edge("b.data -> j.data")]
    play = Play(plan(steps, edges)).whole()
    assert [delivery.source.step_id for delivery in _inputs(play, "j")["data"]] == ["c", "a", "b"]


def test_after_orders_and_delivers_nothing() -> None:
    steps = [step("a", "source"), step("b", "source")]
    play = Play(plan(steps, [edge("a.data -> b.after")])).whole()
    order = [event.step_id for event in play.events if event.kind in ("step.succeeded", "step.queued")]
    assert order == ["a", "a", "b", "b"]
    assert _inputs(play, "b") == {}


def test_after_gates_a_step_behind_a_branch() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("b", "source")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> b.after")]
    not_chosen = Play(plan(steps, edges), {"pick": Act(emits=frozenset())}).whole()
    chosen = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"left"}))}).whole()
    assert _statuses(not_chosen)["b"] == "skipped"
    assert _statuses(chosen)["b"] == "succeeded"


def test_a_disabled_step_is_skipped_at_once_and_what_needs_it_is_not_taken() -> None:
    steps = [step("a", "source"), step("b", "pass_on", enabled=False), step("c", "pass_on"), step("d", "gather")]
    edges = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("b.data -> d.data"), edge("a.data -> d.data")]
    play = Play(plan(steps, edges)).whole()
    views = _views(play)
    assert _statuses(play) == {"a": "succeeded", "b": "skipped", "c": "skipped", "d": "succeeded"}
    assert (views["b"].reason, views["b"].cause_step) == ("disabled", None)
    assert (views["c"].reason, views["c"].cause_step) == ("input data got nothing because b is disabled", "b")
    assert play.events[-1].kind == "run.succeeded"


def test_a_failure_above_outweighs_a_branch_not_taken() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("bad", "pass_on"), step("g", "gather")]
    edges = [
        edge("a.data -> pick.data"),
        edge("a.data -> bad.data"),
        edge("pick.left -> g.data"),
        edge("bad.data -> g.data"),
    ]
    acts = {"pick": Act(emits=frozenset()), "bad": Act(outcome="failed")}
    view = _views(Play(plan(steps, edges), acts).whole())["g"]
    assert (view.cause_step, view.reason) == ("bad", "not run because bad failed")


def test_the_first_edge_of_the_document_names_the_cause_when_several_failed() -> None:
    steps = [step("a", "source"), step("b", "source"), step("j", "join")]
    edges = [edge("b.data -> j.data"), edge("a.data -> j.data")]
    acts = {"a": Act(outcome="failed"), "b": Act(outcome="lost")}
    assert _views(Play(plan(steps, edges), acts).whole())["j"].cause_step == "b"


def test_a_story_tells_every_edge_and_the_rule_that_decided() -> None:
    steps = [step("a", "source"), step("pick", "choose"), step("l", "pass_on")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> l.data")]
    play = Play(plan(steps, edges), {"pick": Act(emits=frozenset({"right"}))}).whole()
    assert play.machine.story("pick") == [
        "edge e1 delivered a.data to data",
        "queued by rule ready: 1 of 1 edges delivered, none failed",
        "started on backend cold",
        "succeeded",
    ]
    assert play.machine.story("l") == [
        "edge e2 is dead (not_taken): pick did not choose left",
        "skipped by rule required_input_missing: input data got nothing because pick did not choose left",
    ]


def test_a_skip_carries_no_exit_code() -> None:
    steps = [step("a", "source", enabled=False), step("b", "source")]
    skipped = [event for event in Play(plan(steps)).whole().events if isinstance(event, StepSkipped)]
    assert [(event.step_id, event.exit_code) for event in skipped] == [("a", None)]
