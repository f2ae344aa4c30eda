"""The exact argv of a step's `mlflow run`; the plan shows it and the executor runs it, from this one function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from octopus.compiler.plan import PlannedStep
from octopus.domain.ports import AFTER


@dataclass(frozen=True, slots=True)
class Bindings:
    """What is known only once the attempt starts. `inputs`: per input port (without `after`) the text its parameter
    receives: a path, or for a many port a JSON array of paths."""

    mlflow_run_id: str
    experiment_id: str
    storage_dir: str
    inputs: Mapping[str, str]


def mlflow_argv(step: PlannedStep, bindings: Bindings) -> list[str]:
    """`mlflow run <project> -e <entry point> ...`: ports first, then parameters, each in the step type's order."""
    argv = [
        "mlflow",
        "run",
        step.entry_point.project_dir,
        "--entry-point",
        step.entry_point.name,
        "--env-manager",
        "local",
        "--experiment-id",
        bindings.experiment_id,
        "--run-id",
        bindings.mlflow_run_id,
        "--storage-dir",
        bindings.storage_dir,
    ]
    for port in step.inputs:
        if port.name != AFTER:
            argv += ["-P", f"{port.name}={bindings.inputs[port.name]}"]
    for name, value in step.params.items():
        argv += ["-P", f"{name}={parameter_text(value)}"]
    return argv


def parameter_text(value: JsonValue) -> str:
    """How a parameter's value travels on the command line: text as it is, None as the empty text, the rest as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def planned_bindings(step: PlannedStep, sources: Mapping[str, tuple[str, str]]) -> Bindings:
    """Stand-ins for what is unknown before the run. `sources`: per edge id its (source step, source port)."""

    def text(edges: tuple[str, ...], many: bool) -> str:
        values = [f"<out:{step_id}.{port}>" for step_id, port in (sources[edge] for edge in edges)]
        if many:
            return json.dumps(values)
        return values[0] if values else "<unconnected>"

    return Bindings(
        mlflow_run_id="<run_id>",
        experiment_id="<experiment_id>",
        storage_dir="<storage_dir>",
        inputs={port.name: text(port.edges, port.many) for port in step.inputs if port.name != AFTER},
    )
