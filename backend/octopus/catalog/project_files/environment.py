"""Entry point -> one digest of the environment it runs in: what could change a result without any file changing.

Reads what pip recorded about installed packages; imports none of them.
"""

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from octopus.catalog.step_type import EntryPoint
from octopus.domain.errors import InvalidProject

LIBRARY_PACKAGES = ("joblib", "numpy", "openpyxl", "pandas", "pyarrow", "scikit-learn", "scipy")
"""What the built-in steps compute with."""
ENVIRONMENT_FILES = ("python_env.yaml", "conda.yaml", "requirements.txt")
"""Where an MLproject declares its packages."""
FILE_LIMIT_BYTES = 4 * 2**20
"""Git may ignore such a file, so that no other limit counts it."""


def environment_digest(entry_point: EntryPoint) -> str:
    """`sha256:<hex>` over the versions of Python, MLflow and the packages that the step computes with; for a foreign
    project over the content of the files that declare its environment too. Raises InvalidProject: one is unreadable."""
    parts: dict[str, str] = {"python": platform.python_version(), "machine": platform.machine()}
    parts |= {name: _installed(name) for name in ("mlflow", *LIBRARY_PACKAGES)}
    if entry_point.is_foreign:
        folder = Path(entry_point.project_dir)
        parts |= {f"file {name}": _content(folder / name) for name in ENVIRONMENT_FILES}
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _content(file: Path) -> str:
    try:
        if not file.is_file():
            return ""
        if file.stat().st_size > FILE_LIMIT_BYTES:
            raise InvalidProject(f"{file} is larger than {FILE_LIMIT_BYTES // 2**20} MiB: that is no list of packages.")
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise InvalidProject(f"{file} cannot be read: {error.strerror or error}.") from error
