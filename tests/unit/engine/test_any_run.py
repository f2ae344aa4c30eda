"""Random drawings with loops and policies, random endings, random order of answers, stops and restarts at random
moments: what always holds. `Watch` looks at every signal, `expected` knows every end."""

from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from octopus.domain.event import Event
from octopus.domain.fold import fold_all
from octopus.engine.machine import RunMachine
from octopus.engine.replay import restore
from octopus.engine.signals import AttemptProgressed
from tests.support import invariants
from tests.support.examples import examples
from tests.support.invariants import Watch
from tests.support.oracle import expected
from tests.support.play import Play
from tests.support.random_runs import RandomRun, runs

STOP = st.sampled_from([Play.cancel, Play.time_out])


def _whole(run: RandomRun, stop: Any = Play.cancel, stop_after: int | None = None) -> Play:
    """A whole run in a random order of answers. `stop_after`: how many signals come before the stop."""
    play = Play(run.plan, run.acts, after_signal=Watch())
    if stop_after == 0:
        stop(play)
    else:
        play.admit()
    return _on(play, run.random("order"), stop, stop_after)


def _on(play: Play, order: Random, stop: Any = Play.cancel, stop_after: int | None = None) -> Play:
    """`play` to its end."""
    swaps = order.choice([0, 0.3, 1])
    while True:
        if stop_after is not None and len(play.signals) == stop_after:
            stop(play)
        if not play.answer(order.randint(0, 8) if order.random() < swaps else 0):
            invariants.everything_has_ended(play)
            return play


@given(runs())
@examples(500)
def test_every_run_ends_as_the_rules_say_in_whatever_order_its_attempts_answer(run: RandomRun) -> None:
    play = _whole(run)
    end = expected(run.plan, run.acts)
    state = fold_all("run1", play.events)
    assert {start.key: start.inputs for start in play.starts} == end.starts
    assert {view.id: (view.status.value, view.iteration, view.attempt) for view in state.steps} == {
        step_id: (stand.status, stand.iteration, stand.attempt) for step_id, stand in end.steps.items()
    }
    assert {edge_id: count for edge_id, count in state.loop_counts.items() if count > 1} == end.counts
    assert state.status == end.run_status


@given(runs(), STOP, st.integers(0, 60))
@examples(250)
def test_a_stop_at_any_moment_ends_everything(run: RandomRun, stop: Any, stop_after: int) -> None:
    play = _whole(run, stop, stop_after)
    causes = [event.cause for event in play.events if event.kind == "run.cancelling"]
    state = fold_all("run1", play.events)
    if causes == ["request"]:
        assert (state.status, state.reason) == ("cancelled", "cancelled on request")
    elif causes == ["timeout"]:
        assert (state.status, state.reason) == ("failed", "the run reached its time limit")
    else:
        assert causes == []
        assert state.status == expected(run.plan, run.acts).run_status


@given(runs(), st.integers(1, 300))
@examples(250)
def test_a_run_restored_from_any_of_its_events_comes_to_the_same_end(run: RandomRun, cut: int) -> None:
    whole = _whole(run)
    events = whole.events[: (cut - 1) % len(whole.events) + 1]
    resumed = _resumed(run, events)
    if not any(event.kind == "run.started" for event in resumed.events):
        resumed.admit()
    assert _end(_on(resumed, run.random("later")).events) == _end(whole.events)


@given(runs(), STOP, st.integers(0, 60), st.integers(1, 200))
@examples(100)
def test_a_run_that_is_being_stopped_is_restored_as_such(run: RandomRun, stop: Any, stop_after: int, cut: int) -> None:
    whole = _whole(run, stop, stop_after)
    stopping = [event.seq for event in whole.events if event.kind == "run.cancelling"]
    assume(stopping)
    events = whole.events[: max(stopping[0], (cut - 1) % len(whole.events) + 1)]
    resumed = _on(_resumed(run, events), run.random("later"))
    assert fold_all("run1", resumed.events).status == fold_all("run1", whole.events).status


def _resumed(run: RandomRun, events: list[Event]) -> Play:
    restored = restore("run1", run.plan, events)
    play = Play.resumed(restored, run.plan, run.acts, events, Watch())
    play.look()
    return play


def _end(events: list[Event]) -> tuple[object, ...]:
    state = fold_all("run1", events)
    steps = [
        (view.id, view.status, view.iteration, view.attempt, view.reason, view.cause_step, view.metrics)
        for view in state.steps
    ]
    return state.status, state.loop_counts, steps, {edge.id: (edge.status, edge.cause) for edge in state.edges}


@given(runs(), st.one_of(st.none(), st.integers(0, 20)))
@examples(100)
def test_the_same_signals_lead_to_the_same_events(run: RandomRun, stop_after: int | None) -> None:
    play = _whole(run, Play.cancel, stop_after)
    again = RunMachine("run1", run.plan)
    events = list(again.queued(play.events[0].at).events)
    for signal in play.signals:
        events += again.handle(signal).events
    assert events == play.events


@given(runs())
@examples(100)
def test_every_signal_handed_in_twice_changes_nothing(run: RandomRun) -> None:
    play = _whole(run)
    twice = RunMachine("run1", run.plan)
    events = list(twice.queued(play.events[0].at).events)
    for signal in play.signals:
        events += twice.handle(signal).events
        if not isinstance(signal, AttemptProgressed):
            again = twice.handle(signal)
            assert again.events == again.commands == ()
    assert events == play.events
