"""The wiring of a plan serves any number of its runs: none leaves anything in it for the next."""

from hypothesis import given
from hypothesis import strategies as st

from octopus.engine.machine import RunMachine
from octopus.engine.transition import Transition
from octopus.engine.wiring import Wiring
from tests.support.examples import examples
from tests.support.play import Play
from tests.support.random_runs import RandomRun, runs

AT = "2026-01-01T00:00:00.000Z"


@given(runs(), st.booleans())
@examples(60)
def test_a_run_is_the_same_whatever_its_wiring_served_before(run: RandomRun, keeps_history: bool) -> None:
    play = Play(run.plan, run.acts)
    play.admit()
    while play.answer():
        pass
    wiring = Wiring.of(run.plan)
    used = [_played(play, wiring, keeps_history) for _ in range(2)]
    assert used[0] == used[1] == _played(play, Wiring.of(run.plan), keeps_history)
    assert wiring == Wiring.of(run.plan)


def _played(play: Play, wiring: Wiring, keeps_history: bool) -> list[Transition]:
    machine = RunMachine("run1", play.plan, wiring=wiring, keeps_history=keeps_history)
    transitions = [machine.queued(AT), *map(machine.handle, play.signals)]
    assert machine.is_over
    return transitions
