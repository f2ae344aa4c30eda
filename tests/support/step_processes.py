"""Runs steps and whole templates as real `python -m octopus.steps` processes, handing outputs along its edges.

What `mlflow run` and the executor do around it is not under test here: parameters are given as octopus gives them,
branch ports that were not written leave their dependents out.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from octopus.catalog.catalog import Catalog
from octopus.catalog.own_type import own_type
from octopus.compiler.parameter_text import parameter_text


@dataclass
class StepOutcome:
    """`ports`: emitted port -> path of its value. None of a step that was left out."""

    exit_code: int
    stdout: str
    stderr: str
    ports: dict[str, Path]
    metrics: dict[str, float]
    card: dict[str, Any]
    mlflow_run_id: str | None = None

    @property
    def last_stderr(self) -> str:
        return [line for line in self.stderr.splitlines() if line.strip()][-1]


@dataclass
class StepRunner:
    """One step in one process. `artifacts` of run R lie under `root/R/artifacts`, its outputs under `out` there."""

    catalog: Catalog
    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def argv(self, type_id: str, inputs: dict[str, str], params: dict[str, Any]) -> list[str]:
        entry = self.catalog.get(type_id)
        assert entry is not None
        properties: Any = entry.step_type.params_schema["properties"]
        values = {name: field.get("default") for name, field in properties.items()} | params
        declared = {port.name for port in entry.step_type.inputs}
        ports = [f"--{name}={inputs.get(name, '')}" for name in declared]
        own = [text for name, path in inputs.items() if name not in declared for text in (f"--{name}", path)]
        return [type_id, *ports, *(f"--{name}={parameter_text(value)}" for name, value in values.items()), *own]

    def run(self, type_id: str, inputs: dict[str, str], params: dict[str, Any], **env: str) -> StepOutcome:
        outputs = Path(env.get("OCTOPUS_OUTPUTS") or self.root / f"{type_id}-{len(list(self.root.iterdir()))}")
        environment = {**os.environ, **self.env, "OCTOPUS_OUTPUTS": str(outputs), **env}
        command = [sys.executable, "-m", "octopus.steps", *self.argv(type_id, inputs, params)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        return read_outcome(self.catalog, type_id, params, done, outputs, inputs, env.get("MLFLOW_RUN_ID"))


def read_outcome(
    catalog: Catalog,
    type_id: str,
    params: dict[str, Any],
    done: Any,
    outputs: Path,
    inputs: dict[str, str],
    run_id: str | None,
) -> StepOutcome:
    entry = catalog.get(type_id)
    assert entry is not None
    written = {path.name.split(".")[0]: path for path in outputs.iterdir() if not path.name.startswith("_")}
    ports = {
        port.name: Path(inputs[port.passes]) if port.passes else written[port.name]
        for port in own_type(entry, params).step_type.outputs
        if port.name in written
    }
    return StepOutcome(
        done.returncode,
        done.stdout,
        done.stderr,
        ports,
        _json(outputs / "_metrics.json"),
        _json(outputs / "_card.json"),
        run_id,
    )


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
