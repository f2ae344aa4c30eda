"""Airflow and Kubeflow Pipelines, each in a virtual environment of its own that is kept for the next time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {"airflow3": "apache-airflow==3.3.2", "airflow2": "apache-airflow==2.10.5", "kfp": "kfp==2.17.0"}


def environment_with(name: str) -> Path:
    """The `bin` of the environment; made with uv if it is not there. Skips the test if it cannot be installed."""
    place = ROOT / ".make" / "peers" / name
    if not (place / "installed").exists():
        uv = [sys.executable, "-m", "uv"]
        made = subprocess.run([*uv, "venv", "--clear", "--python", sys.executable, str(place)], check=False)
        python = str(place / "bin" / "python")
        installed = (
            made.returncode == 0
            and subprocess.run([*uv, "pip", "install", "--python", python, PACKAGES[name]], check=False).returncode == 0
        )
        if not installed:
            pytest.skip(f"{PACKAGES[name]} cannot be installed here")
        (place / "installed").touch()
    return place / "bin"


def path_with(folder: Path) -> str:
    return os.pathsep.join((str(folder), os.environ["PATH"]))
