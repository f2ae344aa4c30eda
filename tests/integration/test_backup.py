"""`octopus backup` of a live server with real MLflow runs, `octopus restore` elsewhere, and a server started there."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.api import start_run, step_of, wait_until_over
from tests.support.server import ServerProcess

DOCUMENT = {
    "schema_version": 1,
    "name": "Worth keeping",
    "steps": [
        {"id": "load", "type": "ingest", "params": {"bundled": "iris"}},
        {"id": "split", "type": "split"},
    ],
    "edges": [{"source": "load", "source_port": "data", "target": "split", "target_port": "data"}],
}


def octopus(*arguments: object) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).parent / "octopus"
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False)


def artifacts_of(run: dict[str, Any], client: Any, step_id: str) -> dict[str, bytes]:
    """Every file that the step left, by its path."""
    base = f"/api/runs/{run['id']}/steps/{step_id}/artifacts"
    paths = [one["path"] for one in client.get(base).json()["items"]]
    return {path: client.get(f"{base}/{path}").content for path in paths}


@pytest.mark.mlflow
@pytest.mark.timeout(900)
def test_a_server_is_backed_up_while_it_works_and_goes_on_elsewhere(tmp_path: Path) -> None:
    file, new = tmp_path / "kept.tar.gz", tmp_path / "new place"
    server = ServerProcess(tmp_path / "old").warm()
    try:
        with server.client() as client:
            run = wait_until_over(client, start_run(client, DOCUMENT))
            assert run["status"] == "succeeded", run
            log = client.get(f"/api/runs/{run['id']}/steps/split/log/download").text
            files = artifacts_of(run, client, "split")
            done = octopus("backup", file, "--data-dir", server.data_dir)
            assert (done.returncode, done.stderr) == (0, "")
            assert f"{file}: " in done.stdout
    finally:
        server.stop()
    server.data_dir.rename(tmp_path / "gone")

    done = octopus("restore", file, "--data-dir", new)
    assert (done.returncode, done.stderr) == (0, "")
    assert str(new) in done.stdout
    again = ServerProcess(new, {"OCTOPUS_WARM": "false"}).up()
    try:
        with again.client() as client:
            view = client.get(f"/api/runs/{run['id']}").json()
            assert view == run
            assert client.get(f"/api/runs/{run['id']}/steps/split/log/download").text == log
            assert artifacts_of(run, client, "split") == files
            assert files
            preview = client.get(f"/api/runs/{run['id']}/steps/split/ports/train/preview").json()
            assert preview["total_rows"] > 0
            reused = wait_until_over(client, start_run(client, DOCUMENT))
            assert [step_of(reused, name)["status"] for name in ("load", "split")] == ["reused", "reused"]
            assert "mlflow run" not in " ".join(again.processes_mentioning(reused["id"]))
    finally:
        again.stop()


def test_failures_are_one_sentence_with_an_exit_code_of_their_own(tmp_path: Path) -> None:
    nothing = octopus("backup", tmp_path / "b.tar", "--data-dir", tmp_path / "nowhere")
    assert (nothing.returncode, "nothing to back up" in nothing.stderr) == (9, True)
    (tmp_path / "b.tar").write_text("dear diary")
    there = octopus("backup", tmp_path / "b.tar", "--data-dir", tmp_path / "nowhere")
    assert (there.returncode, "is there already" in there.stderr) == (2, True)
    damaged = octopus("restore", tmp_path / "b.tar", "--data-dir", tmp_path / "new")
    assert (damaged.returncode, "not a whole backup" in damaged.stderr) == (9, True)
    full = octopus("restore", tmp_path / "b.tar", "--data-dir", tmp_path)
    assert (full.returncode, "not empty" in full.stderr) == (2, True)
    for done in (nothing, there, damaged, full):
        assert done.stderr.startswith("octopus: ")
        assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]
