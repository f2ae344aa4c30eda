"""The recipe -> the environment, at the place and under the name that this MLflow's `mlflow run` gives it."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from mlflow.utils import conda
from mlflow.utils.environment import _PythonEnv
from mlflow.utils.virtualenv import _get_virtualenv_name

from octopus.execution.environments import layout
from octopus.execution.environments.builder.commands import CannotBuild, Commands
from octopus.execution.environments.builder.pythons import found_python

_UV_LOCK = "uv.lock"
_PROGRAMS = {
    "uv": "Install it (pip install uv), or write env_manager: virtualenv into the entry point's `octopus:` section",
    "conda": "Install conda, or write env_manager: uv into the entry point's `octopus:` section",
}
_REQUIREMENTS = "octopus-requirements.txt"
"""In the project's folder, as what it names is relative to that."""


def make(folder: Path, recipe: Mapping[str, str | None], commands: Commands) -> dict[str, str]:
    """What the marker says. Raises CannotBuild."""
    place, file = Path(str(recipe["place"])), recipe["file"]
    commands.tell("reading what it needs")
    if recipe["manager"] == "conda":
        return _with_conda(place / str(file), commands)
    declared = _declared(recipe["kind"], None if file is None else place / file)
    environment = folder / _get_virtualenv_name(declared, place)
    build = _with_uv if recipe["manager"] == "uv" else _with_pip
    packages = build(environment, declared, place, file, commands)
    (folder / layout.PACKAGES).write_text(packages, encoding="utf-8")
    return {"name": environment.name, "manager": str(recipe["manager"]), "python": declared.python}


def _declared(kind: str | None, file: Path | None) -> _PythonEnv:
    if file is None:
        return _PythonEnv()
    try:
        return _PythonEnv.from_conda_yaml(file) if kind == "conda_env" else _PythonEnv.from_yaml(file)
    except Exception as error:
        message = (
            f"{file.name} is not one that MLflow can read: {str(error).splitlines()[0] if str(error) else error!r}"
        )
        raise CannotBuild(message) from error


def _with_uv(environment: Path, declared: _PythonEnv, place: Path, file: str | None, commands: Commands) -> str:
    uv = _program("uv")
    create = [uv, "venv", str(environment), f"--python={declared.python}"]
    commands.run(f"creating it with Python {declared.python}", create, place, file)
    if (place / _UV_LOCK).exists():
        if not (place / "pyproject.toml").exists():
            raise CannotBuild(f"there is no pyproject.toml beside {_UV_LOCK}, which locks what is declared there")
        sync = [uv, "sync", "--frozen", "--no-dev"]
        commands.run(f"installing what {_UV_LOCK} says", sync, place, _UV_LOCK, UV_PROJECT_ENVIRONMENT=str(environment))
    else:
        _install([uv, "pip", "install", "--python", str(environment)], declared, place, file, commands)
    return commands.run("listing its packages", [uv, "--quiet", "pip", "freeze", "--python", str(environment)], place)


def _with_pip(environment: Path, declared: _PythonEnv, place: Path, file: str | None, commands: Commands) -> str:
    made_from = found_python(declared.python, file)
    create = [made_from, "-m", "venv", str(environment)]
    commands.run(f"creating it with Python {declared.python}", create, place, file)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--no-input", "--disable-pip-version-check"]
    _install([*pip, "install"], declared, place, file, commands)
    return commands.run("listing its packages", [*pip, "freeze"], place)


def _install(installer: list[str], declared: _PythonEnv, place: Path, file: str | None, commands: Commands) -> None:
    """What building needs comes first, as with MLflow."""
    for lines in filter(None, (declared.build_dependencies, declared.dependencies)):
        requirements = place / _REQUIREMENTS
        requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")
        commands.run("installing its packages", [*installer, "-r", _REQUIREMENTS], place, file)
        requirements.unlink()


def _with_conda(file: Path, commands: Commands) -> dict[str, str]:
    """conda has been told the folder by a variable."""
    _program(conda.get_conda_bin_executable("conda"))
    creator = _program(conda._get_conda_executable_for_create_env())
    name = conda._get_conda_env_name(file)
    create = [creator, "env", "create", "--quiet", "--name", name, "--file", str(file)]
    commands.run("creating it", create, file.parent, file.name)
    return {"name": name, "manager": "conda", "python": ""}


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        hint = _PROGRAMS.get(name, _PROGRAMS["conda"])
        raise CannotBuild(f"there is no program {name} on the PATH of the steps. {hint}")
    return found
