"""What a step left in OCTOPUS_OUTPUTS: the values of its output ports, and numbers."""

import json
import shutil
from pathlib import Path
from typing import Any

from octopus.features.export.embedded.model import Step


class Fault(Exception):
    """Why the outputs cannot be accepted."""


def ports_in(outputs: Path, step: Step, values: dict[str, list[str]], logged: Path | None) -> dict[str, str]:
    """Per emitted output port the path of its value. `values`: what arrived at the input ports; `logged`: a folder with
    all that the step logged to MLflow. Raises Fault."""
    written = files_of_ports(outputs, {port.name for port in step.outputs})
    ports = {}
    for port in step.outputs:
        if port.branch and port.name not in written:
            continue
        path = written.get(port.name) or (logged if port.logged else None) or bare_signal(outputs / port.name)
        is_empty = path.is_file() and path.stat().st_size == 0
        handed_on = values.get(port.passes, []) if port.passes is not None and is_empty else []
        ports[port.name] = handed_on[0] if handed_on else str(path)
    return ports


def files_of_ports(outputs: Path, names: set[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for entry in sorted(outputs.iterdir()):
        port = entry.name.partition(".")[0]
        if entry.name.startswith("_") or port not in names:
            continue
        if port in found:
            raise Fault(f"The output port {port} was written twice: {found[port].name} and {entry.name}.")
        if entry.is_symlink():
            raise Fault(f"The output {entry.name} is a symbolic link. Write a file or folder instead.")
        found[port] = entry
    return found


def bare_signal(path: Path) -> Path:
    path.touch()
    return path


def numbers_in(outputs: Path) -> dict[str, float]:
    """What `_metrics.json` holds. Raises Fault."""
    path = outputs / "_metrics.json"
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: number(value) for name, value in content.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise Fault(f"_metrics.json must be an object of numbers: {error}.") from error


def number(value: Any) -> float:
    if isinstance(value, bool) or not (isinstance(value, int | float) or value in ("NaN", "Infinity", "-Infinity")):
        raise ValueError(f"{str(value)[:100]!r} is no number")
    return float(value)


def gather_logged(client: Any, mlflow_run: Any, into: Path) -> Path | None:
    """All that the step logged to its MLflow run, artifacts and models, as one folder; None: nothing."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    for entry in client.list_artifacts(mlflow_run.info.run_id):
        if entry.path != "out":
            client.download_artifacts(mlflow_run.info.run_id, entry.path, str(into))
    for output in mlflow_run.outputs.model_outputs if mlflow_run.outputs is not None else ():
        from mlflow.artifacts import download_artifacts

        name = Path(client.get_logged_model(output.model_id).name).name
        taken = name in ("", "..") or (into / name).exists()
        place = into / (output.model_id if taken else name)
        download_artifacts(artifact_uri=f"models:/{output.model_id}", dst_path=str(place))
    return into if any(into.iterdir()) else None
