"""A machine that keeps no history gives the same commands as one that does, and leaves out the routine alone."""

from hypothesis import given
from hypothesis import strategies as st

from octopus.domain.event import Event
from octopus.engine.machine import RunMachine
from octopus.engine.signals import Signal
from octopus.engine.wiring import Wiring
from tests.support.examples import examples
from tests.support.play import Play
from tests.support.random_runs import RandomRun, runs

ROUTINE = {"step.queued", "step.succeeded", "edge.delivered", "edge.dead"}


def _facts(events: tuple[Event, ...]) -> list[Event]:
    """What is told beside the routine, without the numbers."""
    return [event.model_copy(update={"seq": 1}) for event in events if event.kind not in ROUTINE]


@given(runs(), st.integers(0, 40))
@examples(100)
def test_the_same_signals_lead_to_the_same_commands(run: RandomRun, stop_after: int) -> None:
    kept = RunMachine("run1", run.plan)
    quick = RunMachine("run1", run.plan, wiring=Wiring.of(run.plan), keeps_history=False)
    play = Play(run.plan, run.acts)
    for machine in (kept, quick):
        machine.queued("2026-01-01T00:00:00.000Z")
    play.admit()
    while play.answer():
        if len(play.signals) == stop_after:
            play.cancel()
    for signal in play.signals:
        _compare(kept, quick, signal)
    assert quick.status is kept.status
    assert quick.is_over


def _compare(kept: RunMachine, quick: RunMachine, signal: Signal) -> None:
    long, short = kept.handle(signal), quick.handle(signal)
    assert short.commands == long.commands
    assert _facts(short.events) == _facts(long.events)
    assert not ROUTINE & {event.kind for event in short.events} - {"step.queued", "edge.dead", "edge.delivered"}
