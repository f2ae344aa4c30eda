"""The part of a run that needs MLflow, one question at a time: asked by a system that has a Python of its own."""

import json
import os
import shutil
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from octopus.features.export.embedded.attempt import Attempt
from octopus.features.export.embedded.deciding import filled, metrics_of, values_of
from octopus.features.export.embedded.model import Outcome, Run, Step
from octopus.features.export.embedded.surroundings import bin_directory, places_of, tracking_uri
from octopus.features.export.embedded.tracking import begin_run, client_of


class Answers:
    """`work`: a folder that every worker sees, for what steps leave if MLflow's artifacts do not lie in a folder."""

    def __init__(self, steps: list[Step], projects: dict[str, Path | None], work: Path) -> None:
        self.steps = {step.id: step for step in steps}
        self.projects = projects
        self.work = work

    def begin(self, name: str, experiment: str, parameters: dict[str, str]) -> dict[str, Any]:
        """Make the parent run."""
        self.work.mkdir(parents=True, exist_ok=True)
        uri = tracking_uri(self.work)
        return asdict(begin_run(client_of(uri), uri, experiment, name, parameters, self.work))

    def attempt(
        self,
        step_id: str,
        iteration: int,
        number: int,
        run: dict[str, str],
        outcomes: dict[str, Any],
        fed: dict[str, list[str]],
    ) -> dict[str, Any]:
        """One `mlflow run`. `outcomes`: of the steps that it looks at; `fed`: what a loop hands back."""
        known = {source: Outcome(**outcome) for source, outcome in outcomes.items()}
        step = self.steps[step_id]
        attempt = Attempt(
            client=client_of(run["tracking_uri"]),
            run=Run(**run),
            step=step,
            project=str(places_of({step.project: self.projects[step.project]})[step.project]),
            iteration=iteration,
            number=number,
            values=values_of(step, known, fed),
            params=filled(step, metrics_of(known)),
            folder=self.work / run["id"] / f"{step_id}.{iteration}.{number}",
            bin_dir=bin_directory(),
            threads=step.cpus,
        )
        outcome = attempt.execute(step.timeout_s)
        if attempt.is_local:
            shutil.rmtree(attempt.folder)
        return asdict(outcome)

    def close(self, run: dict[str, str], status: str) -> None:
        client_of(run["tracking_uri"]).set_terminated(run["mlflow_run_id"], status)


def answer_one(answers: Answers) -> None:
    """Arguments: the question, a file with its details, a file for the answer."""
    signal.signal(signal.SIGTERM, stop)
    question, asked, answered = sys.argv[1:]
    answer = getattr(answers, question)(**json.loads(Path(asked).read_text("utf-8")))
    Path(answered).write_text(json.dumps(answer), "utf-8")


def work_folder() -> Path:
    return Path(os.environ.get("OCTOPUS_WORK") or Path.home() / "octopus-runs")


def stop(_number: int, _frame: FrameType | None) -> None:
    """The step's processes end, and its MLflow run is closed."""
    raise KeyboardInterrupt
