"""Entry point -> one digest of the environment it runs in: what could change a result without any file changing.

Reads what pip recorded about installed packages; imports none of them.
"""

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from octopus.catalog.project_files.declared import DeclaredFiles, content_of
from octopus.catalog.step_type import EntryPoint

LIBRARY_PACKAGES = ("joblib", "numpy", "openpyxl", "pandas", "pyarrow", "scikit-learn", "scipy")
"""What the built-in steps compute with."""
ENVIRONMENT_FILES = ("python_env.yaml", "conda.yaml", "requirements.txt")
"""Where an MLproject declares its packages."""


def environment_digest(entry_point: EntryPoint) -> str:
    """`sha256:<hex>` over the versions of Python, MLflow and the packages that the step computes with; for a foreign
    project over the content of the files that declare its environment too. One that has an environment to itself does
    not compute with the packages of octopus. Raises InvalidProject: one is unreadable."""
    folder, own = Path(entry_point.project_dir), entry_point.environment
    parts = {"python": platform.python_version(), "machine": platform.machine(), "mlflow": installed("mlflow")}
    if own is not None:
        parts |= {f"file {name}": digest for name, digest in DeclaredFiles(folder, own).digests.items()}
    else:
        parts |= {name: installed(name) for name in LIBRARY_PACKAGES}
        if entry_point.is_foreign:
            parts |= {f"file {name}": _content(folder / name) for name in ENVIRONMENT_FILES}
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def installed(package: str) -> str:
    """Its version; empty if it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _content(file: Path) -> str:
    content = content_of(file)
    return "" if content is None else hashlib.sha256(content).hexdigest()
