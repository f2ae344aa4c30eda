"""The wheel: one file with the server, the built editor and the step library in it."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.paths import PACKAGE, ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel built from a copy of the checkout."""
    copy = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy / name)
    shutil.copytree(PACKAGE, copy / "backend/octopus", ignore=shutil.ignore_patterns("__pycache__", "web"))
    (copy / "backend/octopus/web/assets").mkdir(parents=True)
    (copy / "backend/octopus/web/index.html").write_text("<title>octopus</title>")
    (copy / "backend/octopus/web/assets/index.js").write_text("1")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel"],
        cwd=copy,
        check=True,
        capture_output=True,
        timeout=60,
    )
    [wheel] = (copy / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize(
    "path", ["web/index.html", "web/assets/index.js", "steps/MLproject", "steps/catalog.json", "cli/main.py"]
)
def test_the_wheel_holds(names: set[str], path: str) -> None:
    assert f"octopus/{path}" in names


def test_the_wheel_holds_every_file_of_the_package_that_is_in_git(names: set[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "backend/octopus"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout.split()
    expected = {path.removeprefix("backend/") for path in listed if (ROOT / path).exists()}
    assert expected <= names


def test_the_wheel_holds_nothing_outside_the_package(names: set[str]) -> None:
    assert {Path(name).parts[0] for name in names} == {"octopus", f"octopus_mlflow-{_version()}.dist-info"}


def _version() -> str:
    from octopus import __version__

    return __version__
