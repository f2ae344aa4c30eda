"""The exact argv of a step's `mlflow run`; the plan shows it and the executor runs it, from this one function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from octopus.compiler.final_params import final_params
from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.plan import MetricReference, PlannedStep
from octopus.domain.event import MetricValue
from octopus.domain.ports import AFTER


@dataclass(frozen=True, slots=True)
class Bindings:
    """What is known only once the attempt starts. `inputs`: per input port (without `after`) the text its parameter
    receives: a path, or for a many port a JSON array of paths. `metrics`: those that the step's parameters refer to."""

    mlflow_run_id: str
    experiment_id: str
    storage_dir: str
    inputs: Mapping[str, str]
    metrics: Mapping[MetricReference, MetricValue | str] = field(default_factory=dict)


def mlflow_argv(step: PlannedStep, bindings: Bindings) -> list[str]:
    """`mlflow run <project> -e <entry point> ...`: ports first, then parameters, each in the step type's order. A
    port that has a value of its own in the form is among the parameters."""
    argv = [
        "mlflow",
        "run",
        step.entry_point.project_dir,
        "--entry-point",
        step.entry_point.name,
        "--env-manager",
        step.env_manager,
        "--experiment-id",
        bindings.experiment_id,
        "--run-id",
        bindings.mlflow_run_id,
        "--storage-dir",
        bindings.storage_dir,
    ]
    for port in step.inputs:
        if port.name != AFTER and port.name not in step.params:
            argv += ["-P", f"{port.name}={_port_text(step, port.name, bindings)}"]
    for name, value in final_params(step, bindings.metrics).items():
        argv += ["-P", f"{name}={parameter_text(value)}"]
    return argv


def _port_text(step: PlannedStep, port: str, bindings: Bindings) -> str:
    """MLflow refuses a path where an entry point declares the type uri."""
    text = bindings.inputs[port]
    return PurePath(text).as_uri() if port in step.entry_point.uri_ports and text.startswith("/") else text


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
        metrics={metric: f"<metric:{metric.step_id}.{metric.name}>" for metric in step.references},
    )
