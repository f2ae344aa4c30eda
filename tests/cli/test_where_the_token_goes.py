"""The access token is told to the server it belongs to, and to nobody else."""

from pathlib import Path

import pytest
import typer

from octopus.bootstrap.access_token import TOKEN_NAME
from octopus.cli.connection import connected
from octopus.sdk.servers import TOKEN_VARIABLE


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    (tmp_path / TOKEN_NAME).write_text("token-of-this-machine\n")
    return tmp_path


@pytest.mark.parametrize("server", ["http://127.0.0.1:9/", "http://localhost:9", "http://[::1]:9"])
def test_that_of_the_data_directory_goes_to_this_machine(data_dir: Path, server: str) -> None:
    with connected(data_dir, server) as connection:
        assert connection.token == "token-of-this-machine"


@pytest.mark.parametrize(
    "server", ["http://example.com", "https://10.0.0.1:8500", "http://127.0.0.1@example.com", "http://127.0.0.1.nip.io"]
)
def test_and_to_no_other_one(data_dir: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), connected(data_dir, server):
        pass
    assert f"Set {TOKEN_VARIABLE} to the access token of {server}" in capsys.readouterr().err


def test_one_that_was_given_goes_where_it_was_said(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "token-of-the-other")
    with connected(data_dir, "http://example.com") as connection:
        assert connection.token == "token-of-the-other"
