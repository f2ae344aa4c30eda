"""From a port's file to the value a step receives, and from the value it returns to the port's file."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from octopus.steps.runtime.cards import finite
from octopus.steps.runtime.declare import PortTypeName


def read_value(port_type: PortTypeName, path: Path) -> Any:
    """Raises ValueError if the file does not hold what the port's type says."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    return _READERS.get(port_type, _as_path)(path)


def write_value(port_type: PortTypeName, port: str, value: Any, outputs: Path) -> Path:
    """The file or folder written for the port."""
    return _WRITERS.get(port_type, _write_file)(port, value, outputs)


def _as_path(path: Path) -> Path:
    return path


def _read_table(path: Path) -> Any:
    from octopus.steps.tables.files import read_table

    return read_table(path)


def _read_model(path: Path) -> Any:
    from octopus.steps.modelling.saved import SavedModel

    return SavedModel(path)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise ValueError(f"{path.name} is not JSON: {fault}") from None


def _write_table(port: str, value: Any, outputs: Path) -> Path:
    from octopus.steps.tables.files import write_table

    return write_table(value, outputs / f"{port}.parquet")


def _write_model(port: str, value: Any, outputs: Path) -> Path:
    from octopus.steps.modelling.saved import save_model

    return save_model(value, outputs / port)


def _write_json(port: str, value: Any, outputs: Path) -> Path:
    path = outputs / f"{port}.json"
    path.write_text(json.dumps(finite(value), indent=2, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return path


def _write_file(port: str, value: Any, outputs: Path) -> Path:
    source = Path(value)
    target = outputs / f"{port}{source.suffix}"
    if source == target:
        return target
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
    return target


def _write_any(port: str, value: Any, outputs: Path) -> Path:
    """By the value's type. Libraries that were not imported cannot have made the value, so none is imported to ask."""
    if isinstance(value, Path):
        return _write_file(port, value, outputs)
    if _is_a(value, "pandas", "DataFrame"):
        return _write_table(port, value, outputs)
    if _is_a(value, "pandas", "Series"):
        return _write_table(port, value.to_frame(value.name if value.name is not None else "value"), outputs)
    if _is_a(value, "sklearn.base", "BaseEstimator"):
        return _write_estimator(port, value, outputs)
    try:
        return _write_json(port, value, outputs)
    except (TypeError, ValueError, RecursionError):
        raise TypeError(
            f"a {type(value).__name__} cannot be handed on as {port}: return a DataFrame, JSON values, a fitted "
            "scikit-learn estimator, or the pathlib.Path of a file or folder"
        ) from None


def _is_a(value: Any, module: str, name: str) -> bool:
    imported = sys.modules.get(module)
    return imported is not None and isinstance(value, getattr(imported, name))


def _write_estimator(port: str, value: Any, outputs: Path) -> Path:
    from octopus.steps.modelling.saved import as_new_model, save_model

    return save_model(as_new_model(value), outputs / port)


_READERS: Mapping[str, Callable[[Path], Any]] = {
    "dataset": _read_table,
    "model": _read_model,
    "transformer": _read_model,
    "metrics": _read_json,
    "params": _read_json,
    "report": _read_json,
}
_WRITERS: Mapping[str, Callable[[str, Any, Path], Path]] = {
    "dataset": _write_table,
    "model": _write_model,
    "transformer": _write_model,
    "metrics": _write_json,
    "params": _write_json,
    "report": _write_json,
    "any": _write_any,
}
