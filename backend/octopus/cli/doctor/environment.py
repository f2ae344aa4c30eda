"""The Python environment: its version, the packages octopus asks for, and the programs it starts."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from octopus.cli.doctor.finding import Finding, Installation, broken, fine, warning

OLDEST_PYTHON = (3, 11)
_IMPORT_LIMIT_S = 120.0
_REINSTALL = "Install octopus again into this environment; in a checkout: make build."
_IMPORT = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
faults = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        faults[name] = f"{type(error).__name__}: {error}"
print(json.dumps(faults))
"""


def python(_installation: Installation) -> Iterator[Finding]:
    """Whether this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        yield broken(f"Python {found} is too old", f"Install Python {wanted} or newer, and octopus into it.")
    else:
        yield fine(f"Python {found} at {sys.executable}")


def packages(installation: Installation) -> Iterator[Finding]:
    """Whether every package octopus asks for is there, in a version it can work with, and can be imported."""
    requirements = _requirements(installation.distribution)
    if requirements is None:
        name = installation.distribution
        yield warning(f"{name} is not installed as a package, so nobody knows what it needs", _REINSTALL)
        return
    wrong = [fault for requirement in requirements if (fault := _fault(requirement)) is not None]
    yield from (broken(fault, _REINSTALL) for fault in wrong)
    faults = _import_faults([requirement.name for requirement in requirements if _fault(requirement) is None])
    yield from (broken(f"{name} cannot be imported: {why}", _REINSTALL) for name, why in faults.items())
    if not wrong and not faults:
        yield fine(f"{len(requirements)} packages, MLflow {metadata.version('mlflow')}")


def programs(installation: Installation) -> Iterator[Finding]:
    """Whether the programs that steps are started with are there."""
    mlflow = installation.bin_dir / "mlflow"
    if not os.access(mlflow, os.X_OK):
        yield broken(f"there is no program {mlflow}", f"Every step runs as `mlflow run`. {_REINSTALL}")
    elif (interpreter := _interpreter_of(mlflow)) is not None and not interpreter.exists():
        yield broken(f"{mlflow} asks for {interpreter}, which is not there", _REINSTALL)
    else:
        yield fine(f"mlflow at {mlflow}")
    if shutil.which("bash") is None:
        yield broken("there is no bash", "MLflow starts every step with it: install bash.")
    if (git := shutil.which("git")) is None:
        yield warning("there is no git", "Projects are told apart by their commits: install git.")
    else:
        yield fine(f"git at {git}")


def _requirements(distribution: str) -> list[Requirement] | None:
    """Those that hold here; None if the package is not installed."""
    try:
        lines = metadata.requires(distribution) or []
        found = [Requirement(line) for line in lines]
    except (metadata.PackageNotFoundError, InvalidRequirement):
        return None
    return [one for one in found if one.marker is None or one.marker.evaluate({"extra": ""})]


def _fault(requirement: Requirement) -> str | None:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if requirement.specifier.contains(version, prereleases=True):
        return None
    return f"{requirement.name} is {version}, and {requirement.specifier} is needed"


def _import_faults(distributions: list[str]) -> dict[str, str]:
    """By module why it cannot be imported. In a process of its own: what is imported stays, and may crash. `-P`: what
    lies in the current folder is none of it, and would be executed."""
    wanted = {canonicalize_name(name) for name in distributions}
    modules = sorted(
        module
        for module, brought_by in metadata.packages_distributions().items()
        if module.isidentifier() and not module.startswith("_") and wanted & set(map(canonicalize_name, brought_by))
    )
    command = [sys.executable, "-P", "-c", _IMPORT, *modules]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_IMPORT_LIMIT_S, check=True)
        faults: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"one of them": f"not done after {_IMPORT_LIMIT_S:g} s"}
    except (subprocess.CalledProcessError, ValueError, IndexError) as error:
        return {"one of them": f"the process that tried ended with {getattr(error, 'returncode', error)}"}
    return faults


def _interpreter_of(program: Path) -> Path | None:
    """What the first line of a script names, if it is an absolute path."""
    with program.open("rb") as file:
        first = file.readline(4096)
    words = first[2:].decode(errors="replace").split() if first.startswith(b"#!") else []
    return Path(words[0]) if words and words[0].startswith("/") else None
