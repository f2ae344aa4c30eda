"""The code that scripts carry decides as the engine does: the same random runs through both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.plan import Plan
from octopus.features.export.embedded.deciding import values_of
from octopus.features.export.embedded.model import Outcome, Run, ended_badly
from octopus.features.export.embedded.pipeline import Pipeline
from octopus.features.export.portable import portable
from tests.support.examples import examples
from tests.support.oracle import expected
from tests.support.play import Act
from tests.support.random_runs import RandomRun, runs

Started = dict[tuple[str, int, int], dict[str, list[str]]]


class PlayedAttempt:
    """An attempt that ends as its act says. A value is named after the step run that made it."""

    def __init__(self, pipeline: "PlayedPipeline", step_id: str, number: int) -> None:
        self.pipeline, self.step_id, self.number = pipeline, step_id, number

    def execute(self, limit_s: float | None) -> Outcome:
        pipeline, step = self.pipeline, self.pipeline.steps[self.step_id]
        key = (self.step_id, pipeline.iterations[self.step_id], self.number)
        fed = pipeline.loops.fed_into(self.step_id)
        pipeline.started[key] = values_of(step, pipeline.outcomes, fed)
        acts = pipeline.acts[self.step_id]
        act = acts[min(pipeline.executions[self.step_id], len(acts) - 1)]
        pipeline.executions[self.step_id] += 1
        if act.outcome != "succeeded":
            return ended_badly(step, str(act.outcome), act.reason)
        emits = {port.name for port in step.outputs} if act.emits is None else act.emits
        value = f"{self.step_id} {key[1]} {key[2]}"
        return Outcome("succeeded", ports={port: f"{value} {port}" for port in emits})


class PlayedPipeline(Pipeline):
    def __init__(self, plan: Plan, acts: dict[str, tuple[Act, ...]]) -> None:
        given = portable(plan)
        super().__init__(None, Run("r", "1", "m", ""), list(given.steps), list(given.loops), {}, Path())
        self.acts = acts
        self.executions = dict.fromkeys(self.steps, 0)
        self.started: Started = {}

    def attempt(self, step_id: str, number: int, bin_dir: str, threads: int) -> Any:
        return PlayedAttempt(self, step_id, number)

    def back_off(self, step: Any, number: int, ended: Outcome) -> float | None:
        return None if super().back_off(step, number, ended) is None else 0.0


def without_what_scripts_do_not_know(run: RandomRun) -> tuple[Plan, dict[str, tuple[Act, ...]]]:
    """Nothing is reused, and nothing is lost: there is no machinery beside the script that could die."""
    plan = replace(run.plan, steps=tuple(replace(step, mode="run") for step in run.plan.steps))
    words = {"reused": "succeeded", "lost": "failed"}
    acts = {
        step_id: tuple(replace(act, outcome=words.get(str(act.outcome), act.outcome)) for act in found)
        for step_id, found in run.acts.items()
    }
    return plan, acts


MANY_LOOPS = st.builds(RandomRun, st.integers(6, 10), st.integers(3, 4), st.integers(0, 2**32))


@given(st.one_of(runs(), MANY_LOOPS, MANY_LOOPS))
@examples(400)
def test_every_run_ends_as_the_engine_s_rules_say(run: RandomRun) -> None:
    plan, acts = without_what_scripts_do_not_know(run)
    pipeline = PlayedPipeline(plan, acts)
    pipeline.execute("", 1)
    end = expected(plan, acts)
    assert pipeline.started == {
        (key.step_id, key.iteration, key.attempt): {
            port: [
                f"{one.source.step_id} {one.source.iteration} {one.source.attempt} {one.source_port}" for one in ones
            ]
            for port, ones in inputs.items()
        }
        for key, inputs in end.starts.items()
    }
    assert {step_id: (one.status, one.iteration) for step_id, one in pipeline.outcomes.items()} == {
        step_id: (stand.status, stand.iteration) for step_id, stand in end.steps.items()
    }
    assert {edge: count for edge, count in pipeline.loops.counts.items() if count > 1} == end.counts
    assert bool(pipeline.failure()) == (end.run_status == "failed")
