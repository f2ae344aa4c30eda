"""The digest of the environment that a step runs in, octopus' own or one to itself, and the files that declare it."""

from pathlib import Path

import pytest

from octopus.catalog.project_files import environment as environment_module
from octopus.catalog.project_files import environment_digest
from octopus.catalog.project_files.declared import DeclaredFiles, packages_of_conda
from octopus.catalog.step_type import EntryPoint, ProjectEnvironment
from octopus.domain.errors import InvalidProject


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_the_environment_digest_of_a_project_follows_the_files_that_declare_it(folder: Path) -> None:
    point = EntryPoint(project_dir=str(folder), name="main", is_foreign=True)
    plain = environment_digest(point)
    assert plain == environment_digest(point)
    digests = {plain}
    for name in ("python_env.yaml", "conda.yaml", "requirements.txt"):
        (folder / name).write_text("x")
        digests.add(environment_digest(point))
    assert len(digests) == 4


def test_a_file_that_declares_it_is_not_read_whatever_its_size(folder: Path) -> None:
    with (folder / "conda.yaml").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InvalidProject, match=r"conda\.yaml is larger than 4 MiB"):
        environment_digest(EntryPoint(project_dir=str(folder), name="main", is_foreign=True))


def test_the_environment_digest_follows_installed_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(project_dir="/nowhere", name="train")
    before = environment_digest(point)
    monkeypatch.setattr(
        "octopus.catalog.project_files.environment.version", lambda name: "9" if name == "scikit-learn" else "1"
    )
    other = environment_digest(point)
    monkeypatch.setattr("octopus.catalog.project_files.environment.version", lambda name: "1")
    assert len({before, other, environment_digest(point)}) == 3


OWN = ProjectEnvironment(file="envs/mine.yaml")


def own_digest(folder: Path) -> str:
    return environment_digest(EntryPoint(project_dir=str(folder), name="main", is_foreign=True, environment=OWN))


def test_the_digest_of_an_environment_of_its_own_follows_every_file_that_declares_it(folder: Path) -> None:
    (folder / "envs").mkdir()
    files = {
        "envs/mine.yaml": "python: '3.11'\ndependencies: [-r requirements.txt, --constraint=pins.txt]\n",
        "requirements.txt": "-r more/other.txt # and those\nsix\n",
        "more/other.txt": "-r deeper.txt\n-r ../requirements.txt\n-r https://example.org/r.txt\n",
        "more/deeper.txt": "attrs\n",
        "pins.txt": "six==1.17.0\n",
    }
    digests = {own_digest(folder)}
    (folder / "more").mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
        digests.add(own_digest(folder))
    assert len(digests) == 1 + len(files)
    (folder / "conda.yaml").write_text("not its declaration")
    assert own_digest(folder) in digests


def test_what_octopus_itself_computes_with_is_no_part_of_an_environment_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_digest(folder)
    known = environment_module.version
    monkeypatch.setattr(environment_module, "version", lambda name: known(name) if name == "mlflow" else "99")
    assert own_digest(folder) == before


@pytest.mark.parametrize(
    ("line", "is_local"),
    [
        ("six==1.17.0", False),
        ("six @ https://example.org/six.whl", False),
        ("--index-url https://example.org/simple", False),
        (".", True),
        ("./lib", True),
        ("-e .", True),
        ("wheels/own-1.0-py3-none-any.whl", True),
        ("own @ file:///srv/own", True),
        ("--find-links wheels", True),
    ],
)
def test_packages_that_come_from_the_projects_own_files_are_noticed(folder: Path, line: str, is_local: bool) -> None:
    (folder / "python_env.yaml").write_text("dependencies: ['-r requirements.txt']\n")
    (folder / "requirements.txt").write_text(f"# packages\n{line}\n")
    assert DeclaredFiles(folder, ProjectEnvironment(file="python_env.yaml")).names_local_files is is_local


def test_what_uv_has_locked_counts_in_the_place_of_what_is_declared(folder: Path) -> None:
    (folder / "uv.lock").write_text("version = 1\n")
    found = DeclaredFiles(folder, ProjectEnvironment())
    assert found.names_local_files
    assert list(found.digests) == ["uv.lock", "pyproject.toml", ".python-version"]


def test_the_packages_that_only_conda_has_are_told_from_those_of_pip() -> None:
    text = b"dependencies: [python=3.11, pip, {pip: [six]}]\n"
    assert packages_of_conda(text) == frozenset()
    assert packages_of_conda(text.replace(b"pip,", b"r-base>=4, conda-forge::gcc,")) == {"r-base", "conda-forge::gcc"}
    assert packages_of_conda(b": no yaml [") == frozenset()
