"""Random drawings, random endings, random order of answers, cancels at random moments: what always holds."""

from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.compile import compile_plan
from octopus.compiler.parse import parse
from octopus.compiler.plan import Plan
from octopus.domain.event import EdgeDelivered
from octopus.domain.fold import fold_all
from octopus.engine.machine import RunMachine
from tests.support import invariants
from tests.support.drawings import CATALOG, MACHINE
from tests.support.examples import examples
from tests.support.play import Act, Play
from tests.support.random_drawings import Example, runs


def _plan(example: Example) -> Plan:
    return compile_plan(parse(example.value), CATALOG, MACHINE)


def _play(example: Example, choices: list[int], cancel_after: int | None) -> Play:
    """A whole run; `choices` decide whose answer comes next, `cancel_after` how many signals come before a cancel."""
    play = Play(_plan(example), example.acts, after_signal=invariants.hold)
    turns = iter(choices)
    if cancel_after == 0:
        play.cancel()
    else:
        play.admit()
    while True:
        if cancel_after is not None and len(play.signals) == cancel_after:
            play.cancel()
        if not play.answer(next(turns, 0)):
            return play


CHOICES = st.lists(st.integers(0, 8), max_size=40)


@given(runs(), CHOICES)
@examples(200)
def test_every_run_ends_with_the_statuses_that_the_rules_give(example: Example, choices: list[int]) -> None:
    play = _play(example, choices, cancel_after=None)
    invariants.everything_has_ended(play)
    state = fold_all("run1", play.events)
    expected = _expected(play.plan, example.acts)
    assert {view.id: view.status.value for view in state.steps} == expected
    failed = {"failed", "timed_out", "lost"} & set(expected.values())
    assert state.status == ("failed" if failed else "succeeded")


@given(runs(), CHOICES, st.integers(0, 25))
@examples(150)
def test_a_cancel_at_any_moment_ends_everything(example: Example, choices: list[int], cancel_after: int) -> None:
    play = _play(example, choices, cancel_after)
    invariants.everything_has_ended(play)
    was_in_time = any(event.kind == "run.cancelling" for event in play.events)
    assert (play.events[-1].kind == "run.cancelled") == was_in_time


@given(runs(), CHOICES, st.one_of(st.none(), st.integers(0, 20)))
@examples(75)
def test_the_same_signals_lead_to_the_same_events(
    example: Example, choices: list[int], cancel_after: int | None
) -> None:
    play = _play(example, choices, cancel_after)
    again = RunMachine("run1", _plan(example))
    events = list(again.queued(play.events[0].at).events)
    for signal in play.signals:
        events += again.handle(signal).events
        assert events == play.events[: len(events)]
    assert events == play.events


@given(runs(), CHOICES)
@examples(75)
def test_every_signal_handed_in_twice_changes_nothing(example: Example, choices: list[int]) -> None:
    play = _play(example, choices, cancel_after=None)
    twice = RunMachine("run1", _plan(example))
    events = list(twice.queued(play.events[0].at).events)
    for signal in play.signals:
        events += twice.handle(signal).events
        again = twice.handle(signal)
        repeats_what_happened = all(event.kind in ("step.progress", "step.metric") for event in again.events)
        assert repeats_what_happened
        assert again.commands == ()
    assert [event.kind for event in events] == [event.kind for event in play.events]


@given(runs(), CHOICES)
@examples(75)
def test_exactly_the_emitted_branches_deliver(example: Example, choices: list[int]) -> None:
    play = _play(example, choices, cancel_after=None)
    state = fold_all("run1", play.events)
    succeeded = {view.id for view in state.steps if view.status == "succeeded"}
    delivered = {event.edge_id for event in play.events if isinstance(event, EdgeDelivered)}
    chosen = {
        edge.id
        for edge in play.plan.edges
        if edge.source in succeeded and edge.source_port in (example.acts[edge.source].emits or ())
    }
    assert delivered == chosen


def _expected(plan: Plan, acts: dict[str, Act]) -> dict[str, str]:
    """The statuses by the rules alone, without any machine: one look at each step, in the plan's order."""
    status: dict[str, str] = {}
    dead_by_failure: set[str] = set()
    delivered: set[str] = set()
    failed_above: set[str] = set()
    for step in plan.steps:
        incoming = [edge for edge in plan.edges if edge.target == step.id]
        arrived = {edge.target_port for edge in incoming if edge.id in delivered}
        lacks_required = any(port.required and port.name not in arrived for port in step.inputs)
        if not step.enabled:
            status[step.id] = "skipped"
        elif any(edge.id in dead_by_failure for edge in incoming):
            status[step.id] = "skipped"
            failed_above.add(step.id)
        elif lacks_required or (incoming and not arrived):
            status[step.id] = "skipped"
        else:
            status[step.id] = str(acts[step.id].outcome)
        for edge in (edge for edge in plan.edges if edge.source == step.id):
            if status[step.id] == "succeeded":
                if edge.source_port in (acts[step.id].emits or ()):
                    delivered.add(edge.id)
            elif status[step.id] != "skipped" or step.id in failed_above:
                dead_by_failure.add(edge.id)
    return status
