"""One attempt of a step: one `mlflow run` with its surroundings, and what it leaves behind."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from octopus.features.export.embedded.model import Outcome, Run, Step, ended_badly
from octopus.features.export.embedded.outputs import Fault, gather_logged, numbers_in, ports_in
from octopus.features.export.embedded.tracking import begin_child, local_folder, log_metrics

GRACE_S = 10.0
"""What a step gets to end by itself after it was asked to."""
THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "PYTHONUNBUFFERED": "1",
}
NOT_INHERITED = ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_ENTRY_POINT")


@dataclass
class Attempt:
    """`folder`: for its own files. `bin_dir`: where `mlflow` and the steps' `python` are. `threads`: its share of the
    cores. `values`: per input port the paths that arrived."""

    client: Any
    run: Run
    step: Step
    project: str
    iteration: int
    number: int
    values: dict[str, list[str]]
    params: dict[str, str]
    folder: Path
    bin_dir: str
    threads: int
    mlflow_run_id: str = ""
    outputs: Path = Path()
    is_local: bool = True

    def begin(self) -> None:
        """Make its folder and its MLflow run."""
        for name in ("storage", "logged"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("events", "unconnected"):
            (self.folder / name).touch()
        key = (self.iteration, self.number)
        child = begin_child(self.client, self.run, self.step, self.project, key, self.params)
        self.mlflow_run_id = child.info.run_id
        artifacts = local_folder(child.info.artifact_uri)
        self.is_local = artifacts is not None
        self.outputs = (artifacts or self.folder) / "out"
        self.outputs.mkdir(parents=True, exist_ok=True)

    def input_texts(self) -> dict[str, str]:
        """Per input port the text that its parameter receives. One that has a value of its own is a parameter."""
        texts = {}
        for port in self.step.inputs:
            paths = self.values[port.name]
            if port.many:
                texts[port.name] = json.dumps(paths, ensure_ascii=False)
            else:
                path = paths[0] if paths else str(self.folder / "unconnected")
                texts[port.name] = Path(path).as_uri() if port.uri and path.startswith("/") else path
        return texts

    def command(self) -> list[str]:
        given = {**self.input_texts(), **self.params}
        command = ["mlflow", "run", self.project, "--entry-point", self.step.entry_point]
        command += ["--env-manager", self.step.env_manager, "--experiment-id", self.run.experiment_id]
        command += ["--run-id", self.mlflow_run_id]
        command += ["--storage-dir", str(self.folder / "storage")]
        return command + [part for name, text in given.items() for part in ("-P", f"{name}={text}")]

    def own_environment(self) -> dict[str, str]:
        """What is added to the environment."""
        limits = {name: os.environ.get(name, str(self.threads)) for name in THREAD_LIMITS}
        return {
            **QUIET,
            **limits,
            "PATH": os.pathsep.join((self.bin_dir, os.environ.get("PATH", os.defpath))),
            "MLFLOW_TRACKING_URI": self.run.tracking_uri,
            "OCTOPUS_RUN_ID": self.run.id,
            "OCTOPUS_STEP_ID": self.step.id,
            "OCTOPUS_ITERATION": str(self.iteration),
            "OCTOPUS_ATTEMPT": str(self.number),
            "OCTOPUS_OUTPUTS": str(self.outputs),
            "OCTOPUS_EVENTS": str(self.folder / "events"),
            "OCTOPUS_UNCONNECTED": ",".join(name for name, paths in self.values.items() if not paths),
        }

    def execute(self, limit_s: float | None) -> Outcome:
        """The whole attempt. `limit_s`: seconds it may take, None: as long as it likes."""
        self.begin()
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        command = self.command()
        print(f"$ {shlex.join(command)}", flush=True)
        try:
            code = run_process(command, inherited | self.own_environment(), self.folder, limit_s)
        except BaseException:
            self.close("KILLED")
            raise
        return self.finish(code, limit_s)

    def finish(self, code: int | None, limit_s: float | None = None) -> Outcome:
        """Collect what it left, and close its MLflow run. `code` None: it took longer than `limit_s`."""
        ports: dict[str, str] = {}
        fault = "" if code == 0 else f"mlflow run ended with exit code {code}"
        try:
            log_metrics(self.client, self.mlflow_run_id, numbers_in(self.outputs))
            if code == 0:
                ports = ports_in(self.outputs, self.step, self.values, self.gathered())
        except Fault as error:
            fault = fault or str(error)
        if not self.is_local:
            self.client.log_artifacts(self.mlflow_run_id, str(self.outputs), "out")
        more: dict[str, Any] = {
            "iteration": self.iteration,
            "mlflow_run_id": self.mlflow_run_id,
            "metrics": self.measured(),
        }
        self.close("FAILED" if fault else "FINISHED")
        if code is None:
            return ended_badly(self.step, "timed_out", f"reached its time limit of {limit_s or 0:g} s", **more)
        return ended_badly(self.step, "failed", fault, **more) if fault else Outcome("succeeded", ports=ports, **more)

    def close(self, status: str) -> None:
        self.client.set_terminated(self.mlflow_run_id, status)

    def gathered(self) -> Path | None:
        if not any(port.logged for port in self.step.outputs):
            return None
        return gather_logged(self.client, self.client.get_run(self.mlflow_run_id), self.folder / "logged")

    def measured(self) -> dict[str, float]:
        """All metrics of its MLflow run, also those that the step logged itself."""
        return dict(self.client.get_run(self.mlflow_run_id).data.metrics)


def run_process(command: list[str], environment: dict[str, str], folder: Path, limit_s: float | None) -> int | None:
    """Its exit code; None: it took longer than `limit_s`. Whatever it started ends with it."""
    sys.stdout.flush()
    process = subprocess.Popen(command, env=environment, cwd=folder, start_new_session=True)
    try:
        return process.wait(limit_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end_process_group(process)


def end_process_group(process: "subprocess.Popen[bytes]") -> None:
    """Ask, wait, end what is left."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
