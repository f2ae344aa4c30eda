"""How many steps of a run are under way at once, and in which order they start."""

import pytest

from octopus.domain.status import RunStatus
from tests.support.drawings import Json, edge, plan, step
from tests.support.play import Act, Play

FAN: tuple[list[Json], list[Json]] = (
    [step("a", "source"), *(step(f"s{n}", "pass_on") for n in range(5)), step("z", "join")],
    [edge(f"a.data -> s{n}.data") for n in range(5)] + [edge(f"s{n}.data -> z.data") for n in range(5)],
)


@pytest.mark.parametrize(("limit", "most"), [(None, 5), (1, 1), (2, 2), (4, 4), (9, 5)])
def test_at_most_max_parallel_attempts_are_under_way(limit: int | None, most: int) -> None:
    play = Play(plan(*FAN, settings={"max_parallel": limit})).whole()
    assert play.most_parallel == most
    assert play.machine.status is RunStatus.SUCCEEDED


def test_steps_start_in_the_order_in_which_they_were_queued() -> None:
    play = Play(plan(*FAN, settings={"max_parallel": 2})).whole()
    assert [start.key.step_id for start in play.starts] == ["a", "s0", "s1", "s2", "s3", "s4", "z"]


def test_a_failed_attempt_makes_room_for_the_next() -> None:
    acts = {"s0": Act(outcome="failed"), "s1": Act(outcome="lost")}
    play = Play(plan(*FAN, settings={"max_parallel": 1}), acts).whole()
    assert [start.key.step_id for start in play.starts] == ["a", "s0", "s1", "s2", "s3", "s4"]


def test_steps_that_become_ready_together_are_queued_in_the_plans_order() -> None:
    steps = [step("a", "source"), step("x", "pass_on"), step("b", "pass_on")]
    edges = [edge("a.data -> b.data"), edge("a.data -> x.data")]
    play = Play(plan(steps, edges)).whole()
    assert [start.key.step_id for start in play.starts] == ["a", "x", "b"]
