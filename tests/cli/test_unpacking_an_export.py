"""What `octopus export --vendor` writes of the archive that a server sends."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest
import typer

from octopus.cli.exit_codes import SERVER
from octopus.cli.export import _unpack


def answer(modes: dict[str, int]) -> httpx.Response:
    """An archive with files of these modes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, mode in modes.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            packed.writestr(entry, "text")
    headers = {"Content-Disposition": 'attachment; filename="iris.zip"'}
    return httpx.Response(200, content=buffer.getvalue(), headers=headers)


def test_programs_can_be_executed_and_nothing_gets_more_rights_than_that(tmp_path: Path) -> None:
    modes = {"iris/iris.py": 0o106777, "iris/projects/a/MLproject": 0o100666}
    folder = _unpack(answer(modes), str(tmp_path))
    found = {str(path.relative_to(tmp_path)): path.stat().st_mode & 0o7777 for path in folder.rglob("*.*")}
    assert found == {"iris/iris.py": 0o755}
    assert (folder / "projects/a/MLproject").stat().st_mode & 0o7777 == 0o644


@pytest.mark.parametrize(
    "name", ["../private", "iris/../../private", "{}/private", "iris/../private", "private", "iris"]
)
def test_an_archive_that_leaves_its_folder_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    private, here = tmp_path / "private", tmp_path / "here"
    here.mkdir()
    private.touch(mode=0o600)
    with pytest.raises(typer.Exit):
        _unpack(answer({"iris/iris.py": 0o644, name.format(tmp_path): 0o777}), str(here))
    assert "has files outside of iris; nothing was written" in capsys.readouterr().err
    assert (private.read_text(), private.stat().st_mode & 0o7777, list(here.iterdir())) == ("", 0o600, [])


@pytest.mark.parametrize("fault", ["nothing", "cut", "changed"])
def test_an_archive_that_arrives_damaged_leaves_nothing_and_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    whole = answer({"iris/a.py": 0o644, "iris/b.py": 0o644})
    last = whole.content.rindex(b"text")
    content = {
        "nothing": b"",
        "cut": whole.content[:-30],
        "changed": whole.content[:last] + b"next" + whole.content[last + 4 :],
    }[fault]
    with pytest.raises(typer.Exit) as ended:
        _unpack(httpx.Response(200, content=content, headers=whole.headers), str(tmp_path))
    assert (ended.value.exit_code, list(tmp_path.iterdir())) == (SERVER, [])
    assert "The archive iris.zip of the server arrived damaged" in capsys.readouterr().err
