"""Puts Python's part of octopus into .venv: the locked packages, hash-checked, and the package itself, editable."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.bootstrap.command import Stop, environment, install
from scripts.bootstrap.stage import STAMPS, Stage
from scripts.paths import BIN, PACKAGE, ROOT, VENV

HERE = Path(__file__).resolve().parent
PYTHON = BIN / "python"
OLDEST = (3, 11)


def virtual_environment() -> Stage | None:
    """Always looked at and not stamped: a moved checkout or a removed Python leaves an environment that cannot work."""
    if _works_here():
        return None
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Stop(
            f"this Python {version} comes without its venv module: install it "
            f"(Debian and Ubuntu: apt-get install python{version}-venv), then run make again"
        )
    shutil.rmtree(STAMPS, ignore_errors=True)  # all that was installed into the old one is gone with it
    return Stage("venv", "Python environment in .venv", (), (PYTHON,), _create)


def uv() -> Stage:
    lock = HERE / "uv.txt"
    return Stage("uv", "Installer (uv)", (lock,), (BIN / "uv",), lambda: _install_uv(lock))


def runtime_packages() -> Stage:
    return _locked("packages", "Python packages", ROOT / "requirements.lock", BIN / "mlflow")


def development_packages() -> Stage:
    return _locked(
        "packages-dev", "Python packages for tests and checks", ROOT / "requirements-dev.lock", BIN / "pytest"
    )


def octopus() -> Stage:
    """Built by the locked hatchling: isolated builds would fetch an unlocked one, and need the network."""
    inputs = (ROOT / "pyproject.toml", PACKAGE / "__init__.py")
    argv = ["pip", "install", "--no-deps", "--no-build-isolation", "--editable", "."]
    return Stage("octopus", "octopus itself", inputs, (BIN / "octopus",), lambda: with_uv(argv, "octopus"))


def with_uv(argv: list[str], what: str) -> None:
    install([str(BIN / "uv"), *argv, "--python", str(PYTHON)], what, _registry())


def _locked(name: str, title: str, lock: Path, output: Path) -> Stage:
    """Compiled at once: every `mlflow run` imports thousands of modules, and where Python is told not to write bytecode
    (PYTHONDONTWRITEBYTECODE, a folder of another user) each would compile them again."""
    argv = ["pip", "install", "--require-hashes", "--compile-bytecode", "--requirement", str(lock)]
    return Stage(name, title, (lock,), (output,), lambda: with_uv(argv, title), also="bytecode")


def _works_here() -> bool:
    settings = VENV / "pyvenv.cfg"
    if not (PYTHON.exists() and settings.is_file()):
        return False
    text = settings.read_text()
    version = re.search(r"^version(?:_info)? = (\d+)\.(\d+)", text, re.MULTILINE)
    made = re.search(r"^command = .*$", text, re.MULTILINE)
    return (
        version is not None
        and (int(version[1]), int(version[2])) >= OLDEST
        and (made is None or made[0].endswith(f" {VENV}"))
    )


def _create() -> None:
    # The base interpreter: with .venv activated, sys.executable is inside what is about to be cleared.
    python = getattr(sys, "_base_executable", None) or sys.executable
    result = subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True, text=True)
    if result.returncode:
        raise Stop(f"the Python environment could not be made: {(result.stderr or result.stdout).strip()}")


def _install_uv(lock: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"]
    install([str(PYTHON), "-m", "pip", "install", *options, "--requirement", str(lock)], "the installer (uv)")


def _registry() -> dict[str, str]:
    """uv reads none of pip's settings: hand it the mirror and the certificate that are set up for pip."""
    listed = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], check=False, capture_output=True, text=True, env=environment()
    )
    found = dict(re.findall(r"^[^=]*\.(index-url|cert)='(.*)'$", listed.stdout, re.MULTILINE))
    names = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
    now = environment()
    return {names[key]: value for key, value in found.items() if names[key] not in now}
