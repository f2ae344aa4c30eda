"""A path stays in the project's folder and the artifact store; an address is of a known kind."""

from pathlib import Path

import pytest

from octopus.catalog.places import absolute, place_fault
from octopus.catalog.step_type import Place


@pytest.fixture
def path(tmp_path: Path) -> Place:
    (tmp_path / "project" / "data").mkdir(parents=True)
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "project" / "out").symlink_to("/etc")
    project = str(tmp_path / "project")
    return Place(parameter="data", kind="path", base=project, roots=(project, str(tmp_path / "artifacts")))


@pytest.mark.parametrize(
    "value",
    ["data/a.csv", "./data", "data/../b.csv", "sub folder/ä.csv", "..data", "runs:/abc/model", "models:/m/1", ""],
)
def test_a_path_in_the_project_or_in_the_artifact_store_may_be_used(path: Place, value: str) -> None:
    assert place_fault(path, value) is None


def test_an_absolute_path_may_be_used_if_it_lies_there(path: Place) -> None:
    assert place_fault(path, f"{path.base}/a.csv") is None
    assert place_fault(path, f"{path.roots[1]}/1/run/artifacts/out/data.csv") is None
    assert place_fault(path, f"{path.base}-other/a.csv") is not None


@pytest.mark.parametrize(
    "value",
    [
        "/etc/passwd",
        "../../x",
        "../project-other",
        "data/../../x",
        "out/passwd",
        "/",
        "..",
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        "http://example.com/a.csv",
        "s3://bucket/a",
        "gopher://x",
    ],
)
def test_any_other_path_is_refused(path: Place, value: str) -> None:
    assert place_fault(path, value) is not None


def test_a_relative_path_starts_at_the_project(path: Place) -> None:
    assert absolute(path, "data/a.csv") == f"{path.base}/data/a.csv"
    assert absolute(path, f"{path.base}/x") == f"{path.base}/x"
    assert absolute(path, "runs:/abc/model") == "runs:/abc/model"
    assert absolute(path, "") == ""


URI = Place(parameter="source", kind="uri", base="/p", roots=("/p",))


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com/a.csv",
        "http://127.0.0.1:5000/x",
        "s3://b/k",
        "gs://b/k",
        "models:/m@champion",
        "runs:/a/b",
        "HTTPS://x/",
    ],
)
def test_an_address_of_a_known_kind_may_be_used(value: str) -> None:
    assert place_fault(URI, value) is None
    assert absolute(URI, value) == value


@pytest.mark.parametrize(
    "value",
    [
        "file:///etc/passwd",
        "file:etc",
        "/etc/passwd",
        "data.csv",
        "gopher://x/",
        "ext::sh -c id",
        "javascript:alert(1)",
        "http://169.254.169.254/latest/meta-data",
        "https://user@169.254.169.254:80/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fe80::1%25eth0]/",
        "http://[half",
    ],
)
def test_any_other_address_is_refused(value: str) -> None:
    assert place_fault(URI, value) is not None
