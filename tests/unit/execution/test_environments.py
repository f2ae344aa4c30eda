"""Which manager builds an environment, which one a step needs, and how a failure is put into words."""

from dataclasses import replace
from pathlib import Path

import pytest

from octopus.catalog.step_type import EntryPoint, EnvManager, ProjectEnvironment
from octopus.compiler.plan import Code, PlannedStep
from octopus.execution.environments import layout
from octopus.execution.environments.builder.explanation import explain
from octopus.execution.environments.choice import chosen_manager, programs_of
from octopus.execution.environments.wanted import Wanted, wanted_by
from tests.support import drawings


def point(folder: Path, environment: ProjectEnvironment | None) -> EntryPoint:
    return EntryPoint(project_dir=str(folder), name="main", is_foreign=True, environment=environment)


@pytest.fixture
def programs(tmp_path: Path) -> str:
    """A PATH on which there is uv."""
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.touch(mode=0o755)
    return str(uv.parent)


@pytest.mark.parametrize(
    ("environment", "with_uv", "without"),
    [
        (None, "local", "local"),
        (ProjectEnvironment(), "uv", "virtualenv"),
        (ProjectEnvironment(kind="conda_env", file="pip.yaml"), "uv", "virtualenv"),
        (ProjectEnvironment(kind="conda_env", file="conda.yaml"), "conda", "conda"),
        (ProjectEnvironment(kind="conda_env", file="conda.yaml", manager="uv"), "uv", "uv"),
        (ProjectEnvironment(manager="virtualenv"), "virtualenv", "virtualenv"),
    ],
)
def test_the_manager_is_what_fits_the_declaration_and_the_machine(
    tmp_path: Path, programs: str, environment: ProjectEnvironment | None, with_uv: EnvManager, without: EnvManager
) -> None:
    (tmp_path / "pip.yaml").write_text("dependencies: [python=3.11, pip, {pip: [six]}]")
    (tmp_path / "conda.yaml").write_text("dependencies: [r-base]")
    assert chosen_manager(point(tmp_path, environment), programs) == with_uv
    assert chosen_manager(point(tmp_path, environment), str(tmp_path)) == without


def test_the_bin_folder_of_octopus_comes_first(tmp_path: Path) -> None:
    assert programs_of({"PATH": "/usr/bin"}, tmp_path) == f"{tmp_path}:/usr/bin"


def wanted(folder: Path, root: Path, step: PlannedStep, **declared: str) -> Wanted:
    folder.mkdir(exist_ok=True)
    for name, text in declared.items():
        (folder / name.replace("__", ".")).write_text(text)
    return wanted_by(step, folder, root)


@pytest.fixture
def step(tmp_path: Path) -> PlannedStep:
    (planned,) = drawings.plan([drawings.step("a", "source")]).steps
    environment = ProjectEnvironment(file="python_env.yaml")
    return replace(
        planned, entry_point=point(tmp_path, environment), env_manager="uv", code=Code("c", "sha256:p", "e", None)
    )


def test_two_projects_that_declare_the_same_have_the_same_environment(tmp_path: Path, step: PlannedStep) -> None:
    declared = "dependencies: [six]"
    one = wanted(tmp_path / "one", tmp_path / "root", step, python_env__yaml=declared, train__py="1")
    elsewhere = replace(step, code=Code("other", "sha256:other", "e", None))
    two = wanted(tmp_path / "two", tmp_path / "root", elsewhere, python_env__yaml=declared, train__py="2")
    assert one.folder == two.folder
    by_pip = wanted(tmp_path / "two", tmp_path / "root", replace(step, env_manager="virtualenv"))
    assert one.folder != by_pip.folder


def test_what_is_installed_from_the_projects_files_changes_with_them(tmp_path: Path, step: PlannedStep) -> None:
    one = wanted(tmp_path / "one", tmp_path / "root", step, python_env__yaml="dependencies: [./lib]")
    changed = replace(step, code=Code("c", "sha256:changed", "e", None))
    assert one.needs_project
    assert one.folder != wanted(tmp_path / "one", tmp_path / "root", changed).folder


def test_half_an_environment_is_none_and_neither_is_one_without_its_python(tmp_path: Path, step: PlannedStep) -> None:
    one = wanted(tmp_path / "one", tmp_path / "root", step, python_env__yaml="dependencies: [six]")
    python = one.folder / "mlflow-1" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert not one.is_ready
    (one.folder / layout.MARKER).write_text('{"name": "mlflow-1", "manager": "uv", "python": "3.11"}')
    assert one.is_ready
    python.unlink()
    python.symlink_to(tmp_path / "a Python that was uninstalled")
    assert not one.is_ready
    (one.folder / layout.MARKER).write_text("{")
    assert not one.is_ready


NOT_FOUND = """Using Python 3.11.7 environment at: v
error: No solution found when resolving dependencies
  cause: Because nowhere was not found in the package registry and you require nowhere, it is unsatisfiable.
"""


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            NOT_FOUND,
            "No solution found when resolving dependencies: Because nowhere was not found in the package registry and "
            "you require nowhere, it is unsatisfiable. Check names and versions in python_env.yaml",
        ),
        (
            "error: No interpreter found for Python 3.14 in search path\n",
            "No interpreter found for Python 3.14 in search path. Install that Python, or change `python` in "
            "python_env.yaml",
        ),
        (
            "Looking in links: x\nERROR: Could not find it (from versions: none)\n"
            "ERROR: No matching distribution found for nowhere\n",
            "No matching distribution found for nowhere. Check names and versions in python_env.yaml",
        ),
        ("collecting\nKilled\n\n", "Killed"),
        ("", "the installer ended with exit code 3"),
        ("error: cannot clone https://me:hush@example.org/x.git\n", "cannot clone https://***@example.org/x.git"),
    ],
)
def test_what_an_installer_said_last_becomes_one_line_with_what_to_do(output: str, words: str) -> None:
    assert explain(output, 3, "python_env.yaml") == words


def test_an_index_out_of_reach_is_told_from_a_package_that_is_not_there() -> None:
    hint = "hint: Packages were unavailable because the network was disabled."
    offline = explain(f"{NOT_FOUND}\n{hint}\n", 1, None)
    assert "No package index could be reached: the first build of an environment needs one." in offline
    assert "Check names" not in offline
