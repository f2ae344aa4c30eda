"""The run of a whole pipeline: what is to be executed next, and how it all ends."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from octopus.features.export.embedded.attempt import Attempt
from octopus.features.export.embedded.deciding import MetricMissing, filled, metrics_of, skipped_because, values_of
from octopus.features.export.embedded.loops import Loops
from octopus.features.export.embedded.model import BAD_ENDINGS, Loop, Outcome, Run, Step, ended_badly


class Pipeline:
    """`outcomes`: of the latest iteration of each step. `projects`: folders of MLflow Projects by name."""

    def __init__(
        self, client: Any, run: Run, steps: list[Step], loops: list[Loop], projects: dict[str, Path], folder: Path
    ) -> None:
        self.client = client
        self.run = run
        self.steps = {step.id: step for step in steps}
        self.loops = Loops(loops)
        self.projects = projects
        self.folder = folder
        self.outcomes: dict[str, Outcome] = {}
        self.iterations = dict.fromkeys(self.steps, 0)
        self.out_of_time = ""
        self.limit_s: float | None = None
        self.began_at = time.monotonic()

    def execute(self, bin_dir: str, threads: int) -> None:
        """Every step in its order, one after the other; then what loops repeat, until none goes round."""
        todo = list(self.steps)
        while todo:
            for step_id in todo:
                self.execute_step(step_id, bin_dir, threads)
            todo = self.again()

    def execute_step(self, step_id: str, bin_dir: str, threads: int) -> None:
        """With as many attempts as its policy allows."""
        step = self.steps[step_id]
        outcome, number = self.begin_step(step_id), 0
        while outcome is None:
            number += 1
            ended = self.attempt(step_id, number, bin_dir, threads).execute(self.limit_of(step))
            delay_s = self.back_off(step, number, ended)
            if delay_s is None:
                outcome = ended
            else:
                time.sleep(delay_s)
        self.end_step(step_id, outcome)

    def limit_of(self, step: Step) -> float | None:
        """Seconds that an attempt may take now; None: as long as it likes."""
        left_s = None if self.limit_s is None else max(0.0, self.began_at + self.limit_s - time.monotonic())
        return min((limit for limit in (step.timeout_s, left_s) if limit is not None), default=None)

    def is_out_of_time(self) -> bool:
        """The run has a time limit and has reached it: nothing begins any more."""
        if self.limit_s is not None and time.monotonic() >= self.began_at + self.limit_s:
            self.out_of_time = f"the run reached its time limit of {self.limit_s:g} s"
        return bool(self.out_of_time)

    def begin_step(self, step_id: str) -> Outcome | None:
        """Its outcome if it does not run, None if it does."""
        step = self.steps[step_id]
        self.iterations[step_id] += 1
        skipped = skipped_because(step, self.outcomes)
        if skipped is not None:
            return skipped
        if self.is_out_of_time():
            return ended_badly(step, "cancelled", self.out_of_time)
        try:
            filled(step, metrics_of(self.outcomes))
        except MetricMissing as error:
            return ended_badly(step, "failed", str(error))
        print(f"--- {step_id}: {step.title}", flush=True)
        return None

    def attempt(self, step_id: str, number: int, bin_dir: str, threads: int) -> Attempt:
        step = self.steps[step_id]
        return Attempt(
            client=self.client,
            run=self.run,
            step=step,
            project=str(self.projects[step.project]),
            iteration=self.iterations[step_id],
            number=number,
            values=values_of(step, self.outcomes, self.loops.fed_into(step_id)),
            params=filled(step, metrics_of(self.outcomes)),
            folder=self.folder / f"{step_id}.{self.iterations[step_id]}.{number}",
            bin_dir=bin_dir,
            threads=max(threads, step.cpus),
        )

    def end_step(self, step_id: str, outcome: Outcome) -> None:
        outcome = replace(outcome, iteration=self.iterations[step_id])
        self.outcomes[step_id] = outcome
        self.loops.ended(step_id, outcome)
        print(f"--- {step_id} {outcome.status}{': ' if outcome.reason else ''}{outcome.reason}", flush=True)

    def back_off(self, step: Step, number: int, ended: Outcome) -> float | None:
        """Seconds until the attempt that follows `number`; None: there is none."""
        if ended.status == "succeeded" or number > step.retries or self.is_out_of_time():
            return None
        delay_s = delay_after(step, number)
        print(f"--- {step.id}: attempt {number} of {step.retries + 1}: {ended.reason}; next one in {delay_s:g} s")
        return delay_s

    def again(self) -> list[str]:
        """The steps to be executed once more, in their order."""
        repeated = self.loops.again()
        return [step_id for step_id in self.steps if step_id in repeated]

    def failure(self) -> str:
        """Why the run failed; "" if it did not."""
        failed = [
            f"{step_id} {BAD_ENDINGS[one.status]}: {one.reason}"
            for step_id, one in self.outcomes.items()
            if one.fails_the_run
        ]
        return self.out_of_time or next(iter([*failed, *self.loops.limits.values()]), "")

    def close(self) -> int:
        """Close the parent run and say how it all ended; answers the exit code."""
        failure = self.failure()
        self.client.set_terminated(self.run.mlflow_run_id, "FAILED" if failure else "FINISHED")
        width = max(map(len, self.outcomes), default=0)
        for step_id, one in self.outcomes.items():
            metrics = ", ".join(f"{name}={value:.6g}" for name, value in sorted(one.metrics.items()))
            print(f"{step_id:<{width}}  {one.status:<9}  {metrics or one.reason}")
        print(f"The run failed: {failure}" if failure else "The run succeeded.", flush=True)
        return 1 if failure else 0


def delay_after(step: Step, number: int) -> float:
    """Seconds before the attempt that follows: twice as long each time, at most an hour."""
    return float(min(3600.0, step.retry_delay_s * 2.0 ** (number - 1)))
