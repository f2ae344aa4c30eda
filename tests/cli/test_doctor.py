"""`octopus doctor`: every fault that it knows is found and comes with its remedy; what is well is left alone."""

import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from octopus import __version__
from octopus.cli.doctor import data, environment, surroundings
from octopus.cli.doctor.finding import Finding, Installation, Verdict
from octopus.cli.exit_codes import UNWELL
from octopus.store.data_directory import DataDirectory
from octopus.store.database import Database
from tests.support.server import free_port
from tests.support.terminal import House, type_in

OK, WARNING, BROKEN = Verdict


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """One in which everything is well, with a data directory that no server uses."""
    data_dir, bin_dir, package = tmp_path / "data", tmp_path / "bin", tmp_path / "octopus"
    data_dir.mkdir(mode=0o700)
    Database.open(data_dir / "octopus.db").close()
    (data_dir / "token").write_text("a-token-of-some-length\n")
    (data_dir / "token").chmod(0o600)
    (package / "web").mkdir(parents=True)
    (package / "web" / "index.html").touch()
    bin_dir.mkdir()
    program(bin_dir / "mlflow", "/bin/sh")
    return Installation(data_dir, data_dir / "octopus.db", None, free_port(), bin_dir, package, "typer")


def program(path: Path, interpreter: str) -> None:
    path.write_text(f"#!{interpreter}\n")
    path.chmod(0o755)


Check = Callable[[Installation], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    environment.python,
    environment.packages,
    environment.programs,
    surroundings.editor,
    data.directory,
    data.room,
    data.token,
    data.databases,
    surroundings.server,
    surroundings.tracking,
)


def unwell(check: Check, installation: Installation) -> list[tuple[Verdict, str]]:
    """Verdict and detail of what is not well; each such finding says how to mend it."""
    found = [finding for finding in check(installation) if finding.verdict is not OK]
    assert all(finding.mend for finding in found)
    return [(finding.verdict, finding.detail) for finding in found]


def only(check: Check, installation: Installation) -> tuple[Verdict, str]:
    [(verdict, detail)] = unwell(check, installation)
    return verdict, detail


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_installation_has_no_faults(installation: Installation, check: Check) -> None:
    found = list(check(installation))
    assert found
    assert [finding for finding in found if finding.verdict is not OK or finding.mend] == []


def test_a_python_that_is_too_old_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "OLDEST_PYTHON", (99, 0))
    verdict, detail = only(environment.python, installation)
    assert (verdict, "too old" in detail) == (BROKEN, True)


def test_packages_that_are_missing_or_too_old_are_named(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["rich>=9999", "no-such-package", 'nor-this; extra == "other"', "shellingham>=1"]
    monkeypatch.setattr(metadata, "requires", lambda _name: wanted)
    found = unwell(environment.packages, installation)
    assert [verdict for verdict, _ in found] == [BROKEN, BROKEN]
    assert found[0][1] == f"rich is {metadata.version('rich')}, and >=9999 is needed"
    assert found[1][1] == "no-such-package is not installed"


def test_a_package_that_cannot_be_imported_is_told_with_the_reason(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shellingham.py").write_text("raise RuntimeError('half installed')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    verdict, detail = only(environment.packages, installation)
    assert (verdict, detail) == (BROKEN, "shellingham cannot be imported: RuntimeError: half installed")


def test_nothing_in_the_current_folder_is_executed(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("import pathlib\npathlib.Path('executed').touch()\n")
    monkeypatch.chdir(tmp_path)
    assert unwell(environment.packages, installation) == []
    assert not Path("executed").exists()


def test_an_octopus_that_is_no_package_is_told(installation: Installation) -> None:
    assert only(environment.packages, replace(installation, distribution="no-such-package"))[0] is WARNING


def test_programs_that_are_missing_or_were_moved_are_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert [verdict for verdict, _ in unwell(environment.programs, installation)] == [BROKEN, WARNING]
    program(installation.bin_dir / "mlflow", "/nowhere/python")
    assert "/nowhere/python" in unwell(environment.programs, installation)[0][1]
    (installation.bin_dir / "mlflow").unlink()
    assert unwell(environment.programs, installation)[0][0] is BROKEN


def test_an_editor_that_is_not_built_is_told(installation: Installation, tmp_path: Path) -> None:
    assert only(surroundings.editor, replace(installation, package=tmp_path))[0] is BROKEN


def test_a_data_directory_that_others_can_enter_is_told(installation: Installation) -> None:
    installation.data_dir.chmod(0o755)
    verdict, detail = only(data.directory, installation)
    assert (verdict, "755" in detail) == (WARNING, True)


def test_a_data_directory_that_is_a_file_or_cannot_be_made_is_told(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert only(data.directory, replace(installation, data_dir=file))[0] is BROKEN
    assert only(data.directory, replace(installation, data_dir=file / "data"))[0] is BROKEN


def test_a_data_directory_that_is_not_there_is_made_by_nobody(installation: Installation, tmp_path: Path) -> None:
    new = replace(installation, data_dir=tmp_path / "new", database=tmp_path / "new" / "octopus.db")
    assert [one for check in CHECKS[4:] for one in unwell(check, new)] == []
    assert not new.data_dir.exists()


def test_a_full_disk_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1000))
    verdict, detail = only(data.room, installation)
    assert (verdict, "1,000 bytes are free" in detail) == (BROKEN, True)


def test_a_token_that_others_can_read_or_that_is_none_is_told(installation: Installation) -> None:
    token = installation.data_dir / "token"
    token.chmod(0o644)
    assert only(data.token, installation)[0] is WARNING
    assert token.stat().st_mode & 0o777 == 0o644
    token.write_text("")
    assert only(data.token, installation)[0] is BROKEN


def test_a_damaged_database_is_told(installation: Installation) -> None:
    installation.database.write_bytes(b"no database at all")
    verdict, detail = only(data.databases, installation)
    assert (verdict, "damaged" in detail) == (BROKEN, True)


def test_a_database_of_somebody_else_or_of_a_newer_octopus_is_told(installation: Installation) -> None:
    with closing(sqlite3.connect(installation.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in only(data.databases, installation)[1]
    with closing(sqlite3.connect(installation.database)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")
    assert "not a database of octopus" in only(data.databases, installation)[1]


def test_a_damaged_database_of_mlflow_is_told_unless_it_is_not_used(installation: Installation) -> None:
    (installation.data_dir / "mlflow.db").write_bytes(b"no database at all")
    assert only(data.databases, installation)[0] is BROKEN
    assert unwell(data.databases, replace(installation, tracking_uri="http://127.0.0.1:9")) == []


def test_a_port_that_is_taken_is_told(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        verdict, detail = only(surroundings.server, replace(installation, port=port))
    assert (verdict, f"port {port}" in detail) == (BROKEN, True)


def test_a_server_that_does_not_answer_or_is_another_one_is_told(installation: Installation) -> None:
    held = DataDirectory.claim(installation.data_dir)
    try:
        assert "starting or stopping" in only(surroundings.server, installation)[1]
        held.announce(f"http://127.0.0.1:{free_port()}")
        assert "does not answer" in only(surroundings.server, installation)[1]
        with answering(200, b'{"version": "0.0.0", "status": "ok"}') as url:
            held.announce(url)
            verdict, detail = only(surroundings.server, installation)
            assert (verdict, "version 0.0.0" in detail) == (WARNING, True)
    finally:
        held.release()


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        *((answer, BROKEN, "does not answer") for answer in ([], None, "ok", 1, [{"status": "ok"}])),
        ({"version": __version__}, WARNING, "is unwell"),
        *(
            ({"version": __version__, "status": "ok", **more}, WARNING, "does not say how its warm backend is")
            for more in ({}, {"backends": None}, {"backends": ["warm"]}, {"backends": {"warm": 1}})
        ),
    ],
)
def test_a_health_that_no_octopus_tells_is_a_finding(
    installation: Installation, answer: object, verdict: Verdict, said: str
) -> None:
    held = DataDirectory.claim(installation.data_dir)
    try:
        with answering(200, json.dumps(answer).encode()) as url:
            held.announce(url)
            told = only(surroundings.server, installation)
    finally:
        held.release()
    assert (told[0], said in told[1]) == (verdict, True)


@pytest.mark.parametrize(
    ("warm", "reason", "memory", "verdict", "said"),
    [
        ("ready", "", 210_000_000, OK, "its warm backend is ready and holds 210,000,000 bytes of memory"),
        ("starting", "it is starting", None, OK, "its warm backend is starting: it is starting; steps start cold"),
        ("off", "it is switched off", None, OK, "its warm backend is off: it is switched off; steps start cold"),
        ("off", "no room", None, WARNING, "its warm backend is off: no room; steps start cold"),
    ],
)
def test_how_the_warm_backend_is_is_told_and_only_trouble_is_a_fault(
    installation: Installation, warm: str, reason: str, memory: int | None, verdict: Verdict, said: str
) -> None:
    backends = {"cold": "ready", "warm": warm, "warm_reason": reason, "warm_memory_bytes": memory, "more": 1}
    health = {"version": __version__, "status": "ok", "backends": backends}
    held = DataDirectory.claim(installation.data_dir)
    try:
        with answering(200, json.dumps(health).encode()) as url:
            held.announce(url)
            _, told = surroundings.server(installation)
    finally:
        held.release()
    assert (told.verdict, told.detail) == (verdict, said)
    assert bool(told.mend) is (verdict is WARNING)


@pytest.mark.parametrize("uri", ["http://me:hush/hush@host", "postgresql://me:hush/hush@host/db", "http://[hush"])
def test_what_is_no_address_is_told_without_its_password(installation: Installation, uri: str) -> None:
    verdict, detail = only(surroundings.tracking, replace(installation, tracking_uri=uri))
    assert (verdict, detail) == (BROKEN, "MLFLOW_TRACKING_URI is no address")


@pytest.mark.parametrize(("status", "verdicts"), [(200, []), (401, [WARNING]), (500, [BROKEN])])
def test_a_tracking_server_is_asked(installation: Installation, status: int, verdicts: list[Verdict]) -> None:
    with answering(status, b"OK") as url:
        found = unwell(surroundings.tracking, replace(installation, tracking_uri=url))
    assert [verdict for verdict, _ in found] == verdicts


@pytest.mark.parametrize("kind", ["http", "postgresql+pg8000"])
def test_a_store_that_cannot_be_reached_is_told_without_its_password(installation: Installation, kind: str) -> None:
    uri = f"{kind}://me:secret@127.0.0.1:{free_port()}/db?password=secret"
    verdict, detail = only(surroundings.tracking, replace(installation, tracking_uri=uri))
    assert (verdict, "secret" in detail) == (BROKEN, False)


@pytest.mark.parametrize(
    ("uri", "verdicts"), [("sqlite:////nowhere/at/all.db", [BROKEN]), ("databricks", [WARNING]), ("./mlruns", [OK])]
)
def test_a_store_without_an_address_is_judged_by_its_folder(
    installation: Installation, uri: str, verdicts: list[Verdict]
) -> None:
    found = list(surroundings.tracking(replace(installation, tracking_uri=uri)))
    assert [finding.verdict for finding in found] == verdicts


class answering:  # noqa: N801 - reads as what it is: `with answering(...)`
    """A web server that gives the one answer."""

    def __init__(self, status: int, body: bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Nothing to tell."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_the_command_tells_all_and_ends_well_beside_a_running_server(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_import_faults", lambda _names: {})
    done = house.type_in("doctor", "--json")
    told = json.loads(done.stdout)
    not_well = [one for one in told["findings"] if one["verdict"] != "ok" and one["check"] not in ("token", "editor")]
    assert not_well == []
    assert f"a server runs at {house.url}" in [one["detail"] for one in told["findings"]]


def test_something_broken_is_told_with_its_remedy_and_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_import_faults", lambda _names: {"pandas": "ImportError: no \x1b[2Jgo"})
    done = type_in("doctor", "--data-dir", str(tmp_path / "data"), "--port", str(free_port()))
    assert done.exit_code == UNWELL
    assert "broken  packages        pandas cannot be imported: ImportError: no [2Jgo" in done.stdout
    assert "Install octopus again" in done.stdout
    assert done.stdout.endswith("Something is broken.\n")
