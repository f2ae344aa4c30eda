"""What a step sees and leaves behind, of a foreign MLproject in shell and Python or a function of the user's own: one
pipeline of real `mlflow run` processes on a real server holds every case, since each of them costs seconds."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.api import start_run, step_of, wait_until_over
from tests.support.contract_cases import DOCUMENT, HOSTILE, Json, make_projects
from tests.support.mlflow_store import MlflowStore, StoredRun
from tests.support.server import TOKEN, ServerProcess

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(600)]


@dataclass
class Ran:
    """The run of DOCUMENT, over."""

    client: httpx.Client
    view: Json
    folder: Path
    data_dir: Path

    def step(self, step_id: str) -> Json:
        return step_of(self.view, step_id)

    def file(self, step_id: str, path: str) -> httpx.Response:
        answer = self.client.get(f"/api/runs/{self.view['id']}/steps/{step_id}/artifacts/{path}")
        assert answer.status_code == 200, answer.text
        return answer

    def events(self, kind: str, step_id: str) -> list[Json]:
        answer = self.client.get(f"/api/runs/{self.view['id']}/events?limit=200")
        return [one for one in answer.json()["items"] if one["kind"] == kind and one["step_id"] == step_id]

    def lines(self, step_id: str) -> list[str]:
        answer = self.client.get(f"/api/runs/{self.view['id']}/steps/{step_id}/log?limit=200")
        return [line["text"] for line in answer.json()["lines"]]

    def mlflow(self, step_id: str) -> StoredRun:
        return MlflowStore(self.data_dir / "mlflow.db").run(self.step(step_id)["mlflow_run_id"])


@pytest.fixture(scope="module")
def ran(server: ServerProcess, client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("step contract")
    added = []
    for project in make_projects(folder):
        answer = client.post("/api/projects", json={"path": str(project)})
        assert answer.status_code == 201, answer.text
        added.append(answer.json()["id"])
    view = wait_until_over(client, start_run(client, DOCUMENT))
    yield Ran(client, view, folder, server.data_dir)
    for project_id in added:
        assert client.delete(f"/api/projects/{project_id}").status_code == 204


def test_every_step_ends_as_its_contract_says(ran: Ran) -> None:
    statuses = {one["id"]: (one["status"], one["exit_code"]) for one in ran.view["steps"]}
    assert statuses == {
        **dict.fromkeys(("emit", "gather", "log", "own", "words", "choose"), ("succeeded", 0)),
        **dict.fromkeys(("never", "too_few"), ("skipped", None)),
        "twice": ("failed", 0),
        "show": ("failed", 7),
    }
    assert ran.view["status"] == "failed"
    assert "data was written twice" in ran.step("twice")["reason"]
    assert ran.step("show")["reason"] == "exit code 7: no such column"


def test_hostile_values_arrive_byte_by_byte_and_run_nowhere(ran: Ran) -> None:
    args = ran.file("show", "out/_seen.json").json()["args"]
    assert args == [*(f"--p{n}={value}" for n, value in enumerate(HOSTILE)), "--share=1e-05", "--count=-3"]
    for root in (ran.folder, ran.data_dir, Path.cwd(), Path.home()):
        assert not list(root.glob("CANARY"))
    assert list(ran.data_dir.rglob("CANARY")) == []
    stored = ran.mlflow("show")
    assert stored.name == "--help $(touch CANARY) \"q'"
    assert stored.experiment == DOCUMENT["name"]
    assert stored.tags["mlflow.project.entryPoint"] == "show"


def test_a_step_sees_its_own_environment_and_none_of_the_servers_secrets(ran: Ran) -> None:
    seen = ran.file("show", "out/_seen.json").json()
    env = seen["env"]
    assert TOKEN not in json.dumps(seen)
    assert not [name for name in env if name.startswith("OCTOPUS_") and ("TOKEN" in name or "DATABASE" in name)]
    assert env["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert (env["OCTOPUS_RUN_ID"], env["OCTOPUS_STEP_ID"]) == (ran.view["id"], "show")
    assert (env["OCTOPUS_ITERATION"], env["OCTOPUS_ATTEMPT"]) == ("1", "1")
    assert env["MLFLOW_RUN_ID"] == ran.step("show")["mlflow_run_id"]
    assert env["MLFLOW_TRACKING_URI"].startswith("sqlite:///")
    assert env["MLFLOW_EXPERIMENT_ID"]
    assert "BASH_ENV" not in env


def test_a_step_works_on_a_copy_of_its_own_which_goes_with_it(ran: Ran) -> None:
    cwd = Path(ran.file("show", "out/_seen.json").json()["cwd"])
    assert cwd == ran.data_dir / "attempts" / ran.view["id"] / "show.1.1" / "project"
    assert not cwd.exists()
    (frozen,) = [path for path in (ran.data_dir / "snapshots").iterdir() if (path / "show.py").exists()]
    names = ["MLproject", "emit.sh", "gather.py", "in", "log.py", "show.py"]
    assert sorted(path.name for path in frozen.iterdir()) == names
    assert not (ran.folder / "con tract" / "litter").exists()


def test_what_is_written_becomes_the_value_of_a_port_and_branches_only_if_written(ran: Ran) -> None:
    artifacts = {one["port"]: one["path"] for one in ran.step("emit")["artifacts"] if one["port"] is not None}
    assert artifacts == {"text": "out/text.txt", "folder": "out/folder", "signal": "out/signal", "yes": "out/yes"}
    assert ran.file("emit", "out/text.txt").text == "one\n"
    assert ran.file("emit", "out/signal").content == b""
    assert ran.step("emit")["metrics"] == {"rows": 7, "share": 0.25}
    assert ran.file("emit", "out/_card.json").json()["title"] == "Emitted"
    assert ran.step("never")["reason"]


def test_progress_is_told_and_a_line_that_is_none_is_left_out(ran: Ran) -> None:
    told = [(one["fraction"], one["message"]) for one in ran.events("step.progress", "emit")]
    assert told[-1] == (1.0, "done")
    assert set(told) <= {(0.4, "almost half"), (1.0, "done")}


def test_inputs_arrive_as_paths_a_list_of_paths_an_empty_file_and_an_address(ran: Ran) -> None:
    seen = ran.file("gather", "out/seen.json").json()
    assert seen["many"] == [{"inner": "two\n"}, "one\n", "", "", '[\n  "one",\n  "two"\n]']
    assert (seen["nothing"], seen["unconnected"]) == ("", ["nothing"])
    assert seen["address"].startswith("file:///")
    assert seen["behind_address"] == "one\n"


def test_a_function_of_the_users_has_ports_of_its_own(ran: Ran) -> None:
    artifacts = {one["port"]: one["path"] for one in ran.step("own")["artifacts"] if one["port"] is not None}
    assert artifacts == {"seen": "out/seen.json", "enough": "out/enough.json"}
    assert ran.file("own", "out/seen.json").json() == {
        "lines": ["one", "two"],
        "quote": "it's",
        "nothing": None,
        "literal": "${HOME} $$ {text}",
    }
    params = ran.mlflow("own").params
    assert params["arguments"] == '{"at_least":2,"quote":"it\'s"}'


def test_a_project_that_knows_nothing_of_octopus_hands_on_all_that_it_logged(ran: Ran) -> None:
    assert ran.step("log")["metrics"] == {"lines": 3}
    assert ran.mlflow("log").params == {"data": str(ran.folder / "con tract" / "in" / "data.csv")}
    handed_on = ran.file("gather", "out/seen.json").json()["one"]
    assert sorted(handed_on) == ["echo/MLmodel", "notes/note.txt"]
    assert handed_on["notes/note.txt"] == "a note"


def test_the_example_of_the_documentation_runs(ran: Ran) -> None:
    chosen = ran.file("choose", "out/chosen.txt").text.split("\n")
    assert chosen == ["brown", "fox", "one", "quick", "the"]
    assert ran.step("choose")["metrics"] == {"words": 5}
    assert ran.events("step.progress", "words")[-1]["message"] == "written"
    assert {one["port"] for one in ran.step("choose")["artifacts"] if one["port"]} == {"chosen", "enough"}
