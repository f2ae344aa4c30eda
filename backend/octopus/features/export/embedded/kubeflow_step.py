"""What a container does: one step with all its attempts, or the beginning or the end of the run. Values come and go as
Kubeflow's artifacts: each is a folder that holds the file or folder of a port.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from octopus.features.export.embedded.attempt import Attempt
from octopus.features.export.embedded.deciding import MetricMissing, filled, metrics_of, values_of
from octopus.features.export.embedded.model import (
    BAD_ENDINGS,
    Input,
    Metric,
    Outcome,
    Output,
    Run,
    Step,
    ended_badly,
)
from octopus.features.export.embedded.pipeline import delay_after
from octopus.features.export.embedded.surroundings import bin_directory, octopus_steps
from octopus.features.export.embedded.tracking import begin_run, client_of, parent_of

MOUNTED = (("gs://", "/gcs/"), ("minio://", "/minio/"), ("s3://", "/s3/"))
"""Where a container finds what lies in a store."""


class Container:
    """`given`: what Kubeflow tells a container (its executor input)."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.texts: dict[str, str] = given.get("inputs", {}).get("parameterValues", {})
        self.values = given.get("inputs", {}).get("artifacts", {})
        self.told = given.get("outputs", {}).get("parameters", {})
        self.handed_on = given.get("outputs", {}).get("artifacts", {})
        self.output_file = Path(given["outputs"]["outputFile"])

    def begin(self) -> int:
        """Make the parent run."""
        names = json.loads(self.texts["names"])
        uri = self.texts["tracking_uri"]
        run = begin_run(client_of(uri), uri, folder=Path.cwd(), run_id=self.texts["run_id"], **names)
        self.tell("run", asdict(run))
        return 0

    def step(self) -> int:
        """Execute a step, as often as its policy allows."""
        spec = json.loads(self.texts["step"])
        step = step_of(spec["step"])
        outcomes = self.outcomes(spec["sources"])
        fed = {spec["fed"]: [self.path_of("fed")]} if spec["fed"] else {}
        run = Run(**json.loads(self.texts["run"]))
        try:
            params = filled(step, metrics_of(outcomes))
        except MetricMissing as error:
            return self.tell_outcome(step, ended_badly(step, "failed", str(error)))
        with tempfile.TemporaryDirectory(prefix="octopus-") as folder:
            number, outcome = 0, None
            while outcome is None or (outcome.status != "succeeded" and number <= step.retries):
                time.sleep(delay_after(step, number) if number else 0)
                number += 1
                attempt = Attempt(
                    client=client_of(run.tracking_uri),
                    run=run,
                    step=step,
                    project=str(project_folder(step.project)),
                    iteration=spec["iteration"],
                    number=number,
                    values=values_of(step, outcomes, fed),
                    params=params,
                    folder=Path(folder, str(number)),
                    bin_dir=bin_directory(),
                    threads=step.cpus,
                )
                outcome = attempt.execute(step.timeout_s)
            return self.tell_outcome(step, outcome)

    def limit(self) -> int:
        """A loop would go on and must not."""
        print(self.texts["reason"], file=sys.stderr)
        return 1

    def end(self) -> int:
        """Close the parent run; `status`: what became of everything before."""
        status: Any = self.texts["status"]
        state = (json.loads(status) if isinstance(status, str) else status).get("state")
        client = client_of(self.texts["tracking_uri"])
        parent = parent_of(client, json.loads(self.texts["names"])["experiment"], self.texts["run_id"])
        if parent is not None:
            client.set_terminated(parent, "FINISHED" if state == "SUCCEEDED" else "FAILED")
        return 0

    def outcomes(self, sources: dict[str, list[str]]) -> dict[str, Outcome]:
        """Of the steps before it; paths are those of this container. `sources`: per step the ports it hands on here.
        Conditions have seen to it that they were emitted."""
        found = {}
        for source, ports in sources.items():
            outcome = json.loads(self.texts[f"outcome--{source}"])
            outcome["ports"] = {port: self.path_of(f"value--{source}--{port}") for port in ports}
            found[source] = Outcome(**outcome)
        return found

    def tell_outcome(self, step: Step, outcome: Outcome) -> int:
        print(f"--- {step.id} {outcome.status}{': ' if outcome.reason else ''}{outcome.reason}", flush=True)
        for port in step.outputs:
            folder = local_path(self.handed_on[port.name])
            folder.mkdir(parents=True, exist_ok=True)
            if port.name in outcome.ports:
                copy_into(folder, Path(outcome.ports[port.name]))
            if f"Emits_{port.name}" in self.told:
                self.tell(f"Emits_{port.name}", port.name in outcome.ports)
        self.tell("Outcome", asdict(outcome))
        self.output_file.parent.mkdir(parents=True, exist_ok=True)
        self.output_file.write_text(json.dumps({"artifacts": self.handed_on}), "utf-8")
        return 1 if outcome.status in BAD_ENDINGS and outcome.fails_the_run else 0

    def tell(self, name: str, value: Any) -> None:
        file = Path(self.told[name]["outputFile"])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value), "utf-8")

    def path_of(self, name: str) -> str:
        """The one file or folder in an artifact's folder."""
        return str(next(local_path(self.values[name]).iterdir()))


def local_path(artifacts: dict[str, Any]) -> Path:
    address = artifacts["artifacts"][0]["uri"]
    for scheme, place in MOUNTED:
        if address.startswith(scheme):
            return Path(place + address.removeprefix(scheme))
    return Path(address)


def copy_into(folder: Path, value: Path) -> None:
    if value.is_dir():
        shutil.copytree(value, folder / value.name, dirs_exist_ok=True)
    else:
        shutil.copyfile(value, folder / value.name)


def project_folder(project: str) -> Path:
    """In the image: OCTOPUS_PROJECTS, /projects if it is not set, holds one folder per project; octopus' own steps may
    be installed instead."""
    place = Path(os.environ.get("OCTOPUS_PROJECTS") or "/projects") / project
    return octopus_steps() if project == "octopus" and not place.is_dir() else place


def step_of(value: dict[str, Any]) -> Step:
    """From JSON."""
    params = {
        name: text if isinstance(text, str) else [one if isinstance(one, str) else Metric(**one) for one in text]
        for name, text in value["params"].items()
    }
    inputs, outputs = [Input(**one) for one in value["inputs"]], [Output(**one) for one in value["outputs"]]
    known = ("params", "inputs", "outputs")
    rest = {name: one for name, one in value.items() if name not in known}
    return Step(inputs=inputs, outputs=outputs, params=params, **rest)


def main(arguments: list[str]) -> int:
    """Argument: what Kubeflow tells its containers."""
    container = Container(json.loads(arguments[0]))
    return int(getattr(container, container.texts["question"])())
