"""Packages that only lie on a shelf in a temporary folder, and the environment variables with which uv and pip look
nowhere else: environments are built for real, without a network."""

import io
import os
import platform
import tarfile
from dataclasses import dataclass
from pathlib import Path

from octopus.catalog.catalog import Catalog
from octopus.catalog.mlproject.read import read_mlproject

PACKAGE = "only_here"
BUILDING = '''
"""What `pip install` calls. Says that it was called, then waits for the gate if there is one."""
import os, pathlib, time, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    name, version = "only_here", pathlib.Path("VERSION").read_text()
    with open(os.environ["SHELF_BUILDS"], "a") as builds:
        builds.write(version + "\\n")
    while not os.path.exists(os.environ["SHELF_GATE"]):
        time.sleep(0.02)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\\n",
        f"{info}/METADATA": f"Metadata-Version: 2.2\\nName: {name}\\nVersion: {version}\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: shelf\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(pathlib.Path(directory) / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return f"{name}-{version}-py3-none-any.whl"
'''
PROJECT = """
[project]
name = "only_here"
version = "{version}"
[build-system]
requires = []
build-backend = "building"
backend-path = ["."]
"""


@dataclass(frozen=True)
class Shelf:
    """A package on it is built whenever it is installed; while the gate is closed that does not come to an end."""

    folder: Path

    @property
    def variables(self) -> dict[str, str]:
        foreign = ("UV_", "PIP_", "MLFLOW_ENV_ROOT")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {
            **inherited,
            "SHELF_BUILDS": str(self._builds),
            "SHELF_GATE": str(self._gate),
            "UV_OFFLINE": "1",
            "UV_NO_INDEX": "1",
            "UV_NO_CACHE": "1",
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_FIND_LINKS": str(self.folder),
            "PIP_NO_INDEX": "1",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": str(self.folder),
        }

    @property
    def builds(self) -> list[str]:
        """The versions that were built so far, one per build."""
        return self._builds.read_text().splitlines() if self._builds.exists() else []

    def open_gate(self) -> None:
        self._gate.touch()

    def close_gate(self) -> None:
        self._gate.unlink(missing_ok=True)

    def put(self, version: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        files = {
            "PKG-INFO": f"Metadata-Version: 2.2\nName: {PACKAGE}\nVersion: {version}\n",
            "pyproject.toml": PROJECT.format(version=version),
            "building.py": BUILDING,
            "VERSION": version,
        }
        with tarfile.open(self.folder / f"{PACKAGE}-{version}.tar.gz", "w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(f"{PACKAGE}-{version}/{name}")
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))

    @property
    def _builds(self) -> Path:
        return self.folder.parent / "builds"

    @property
    def _gate(self) -> Path:
        return self.folder.parent / "gate"


def open_shelf(folder: Path) -> Shelf:
    """With versions 1.0 and 2.0, the gate open."""
    shelf = Shelf(folder / "shelf")
    for version in ("1.0", "2.0"):
        shelf.put(version)
    shelf.open_gate()
    return shelf


def project_with(folder: Path, *requirements: str, python: str = platform.python_version(), manager: str = "") -> Path:
    """A project `demo` whose step prints the version of the package in its environment, and where it runs."""
    folder.mkdir(exist_ok=True)
    section = f"\n    octopus: {{env_manager: {manager}}}" if manager else ""
    (folder / "MLproject").write_text(
        "name: demo\npython_env: python_env.yaml\nentry_points:\n  main:\n    command: python show.py" + section
    )
    (folder / "show.py").write_text("import only_here, sys\nprint('version', only_here.VERSION, 'in', sys.prefix)\n")
    declare(folder, *requirements, python=python)
    return folder


def declare(folder: Path, *requirements: str, python: str = platform.python_version()) -> None:
    (folder / "python_env.yaml").write_text(f'python: "{python}"\ndependencies:\n  - -r requirements.txt\n')
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in requirements))


def catalog_of(folder: Path) -> Catalog:
    """Its entry points, read as a registered project's are."""
    return Catalog(read_mlproject((folder / "MLproject").read_bytes(), folder).entries)
