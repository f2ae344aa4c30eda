"""The server that a command starts for itself, where no other one runs."""

from pathlib import Path

import pytest

from octopus.sdk.servers import ServerDidNotStart, own_server


def test_modules_in_the_current_folder_are_not_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "typer.py").write_text("import pathlib\npathlib.Path('executed').touch()\n")
    data_dir = tmp_path / "data"
    data_dir.touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ServerDidNotStart, match="data"), own_server(data_dir):
        pass
    assert not Path("executed").exists()
