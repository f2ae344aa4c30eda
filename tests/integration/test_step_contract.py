"""What a step sees and leaves behind, of a foreign MLproject in shell and Python or a function of the user's own: one
pipeline of real `mlflow run` processes on a real server holds every case, since each of them costs seconds."""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.api import start_run, step_of, wait_until_over
from tests.support.mlflow_store import MlflowStore, StoredRun
from tests.support.server import TOKEN, ServerProcess

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(600)]

Json = dict[str, Any]
DOCS = Path(__file__).parents[2] / "docs" / "projects.md"

HOSTILE = [
    "; touch CANARY",
    "&& touch CANARY",
    "| touch CANARY",
    "|| touch CANARY",
    "& touch CANARY &",
    "$(touch CANARY)",
    "`touch CANARY`",
    "${HOME}",
    "$HOME",
    "$((1+1))",
    "' ; touch CANARY ; '",
    '" ; touch CANARY ; "',
    "'\"'\"'",
    "it's",
    'say "hi"',
    "\\",
    "\\'; touch CANARY #",
    "a\ntouch CANARY\n",
    "\n",
    "tab\there",
    "> CANARY",
    "< /etc/passwd",
    "2>&1",
    "*",
    "?",
    "[a-z]",
    "{a,b}",
    "{p0}",
    "{{}}",
    "{0.__class__}",
    "~",
    "~root",
    "!!",
    "# comment",
    "-e",
    "--help",
    "--p1=x",
    "a=b=c",
    "=",
    " leading and trailing ",
    "",
    "%s%n",
    "🐙 ä 漢字",
    "\u202eevil",
    "a\u200bb",
    "../../etc/passwd",
    "file:///etc/passwd",
    "<script>alert(1)</script>",
    "null",
    "x" * 2000,
]

SHOW = """
import json, os, pathlib, sys
seen = {"args": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd()}
pathlib.Path(os.environ["OCTOPUS_OUTPUTS"], "_seen.json").write_text(json.dumps(seen))
pathlib.Path("litter").write_text("beside the programs")
print("no such column", file=sys.stderr)
sys.exit(7)
"""

EMIT = """
set -eu
cd "$OCTOPUS_OUTPUTS"
printf 'one\\n' > text.txt
mkdir folder && printf 'two\\n' > folder/inner
touch yes
echo '{"rows": 7, "share": 0.25}' > _metrics.json
echo '{"title": "Emitted", "blocks": [{"kind": "markdown", "text": "hello"}]}' > _card.json
echo '{"kind": "progress", "fraction": 0.4, "message": "almost half"}' >> "$OCTOPUS_EVENTS"
sleep 0.5
echo 'not json' >> "$OCTOPUS_EVENTS"
echo '{"kind": "progress", "fraction": 1.0, "message": "done"}' >> "$OCTOPUS_EVENTS"
"""

GATHER = """
import json, os, pathlib, sys

def content(path):
    path = pathlib.Path(path)
    if not path.is_dir():
        return path.read_text()
    files = [file for file in path.rglob("*") if file.name in ("inner", "MLmodel", "note.txt", "out")]
    return {str(file.relative_to(path)): file.read_text() for file in files}

many, one, nothing, address = sys.argv[1:]
seen = {
    "many": [content(path) for path in json.loads(many)],
    "one": content(one),
    "nothing": content(nothing),
    "address": address,
    "behind_address": content(address.removeprefix("file://")),
    "unconnected": os.environ["OCTOPUS_UNCONNECTED"].split(","),
}
pathlib.Path(os.environ["OCTOPUS_OUTPUTS"], "seen.json").write_text(json.dumps(seen))
"""

LOG = """
import sys
import mlflow

def predict(model_input: list[str]) -> list[str]:
    return model_input

with mlflow.start_run():
    mlflow.log_metric("lines", len(open(sys.argv[1]).readlines()))
    mlflow.log_text("a note", "notes/note.txt")
    mlflow.pyfunc.log_model(name="echo", python_model=predict, pip_requirements=[])
"""

OWN = """
from pathlib import Path
from typing import NamedTuple

class Told(NamedTuple):
    seen: dict
    enough: list | None
    rare: list | None

def run(text: Path, folder, *, at_least: int, quote="'", nothing=None) -> Told:
    lines = text.read_text().split() + (folder / "inner").read_text().split()
    few = len(lines) < at_least
    told = {"lines": lines, "quote": quote, "nothing": nothing, "literal": "${HOME} $$ {text}"}
    return Told(told, None if few else lines, lines if few else None)
"""

FLAGS = " ".join(f"--p{n}={{p{n}}}" for n in range(len(HOSTILE)))
FILE = {"type": "file"}
ENTRY_POINTS: Json = {
    "show": {
        "parameters": {f"p{n}": "string" for n in range(len(HOSTILE))} | {"share": "float", "count": "int"},
        "command": f"python show.py {FLAGS} --share={{share}} --count={{count}}",
        "octopus": {"outputs": []},
    },
    "emit": {
        "command": "sh emit.sh",
        "octopus": {
            "outputs": [
                {"name": "text", **FILE},
                {"name": "folder", **FILE},
                {"name": "signal"},
                {"name": "yes", "branch": True},
                {"name": "no", "branch": True},
            ]
        },
    },
    "gather": {
        "parameters": {"many": "string", "one": "path", "nothing": {"type": "path", "default": ""}, "address": "uri"},
        "command": "python gather.py {many} {one} {nothing} {address}",
        "octopus": {
            "inputs": [
                {"name": "many", "many": True},
                {"name": "one"},
                {"name": "nothing", **FILE},
                {"name": "address", **FILE},
            ],
            "outputs": [{"name": "seen", "type": "params"}],
        },
    },
    "never": {"parameters": {"after_no": "path"}, "command": "false"},
    "log": {"parameters": {"data": "path"}, "command": "python log.py {data}"},
    "twice": {
        "command": 'cd "$OCTOPUS_OUTPUTS" && touch data.csv data.json',
        "octopus": {"outputs": [{"name": "data", "type": "dataset"}]},
    },
}


def make_projects(folder: Path) -> tuple[Path, Path]:
    """One with the cases of this module, and the example of the documentation."""
    contract = folder / "con tract"
    contract.mkdir()
    (contract / "MLproject").write_text(json.dumps({"name": "contract", "entry_points": ENTRY_POINTS}))
    for name, text in {"show.py": SHOW, "emit.sh": EMIT, "gather.py": GATHER, "log.py": LOG}.items():
        (contract / name).write_text(text)
    (contract / "in").mkdir()
    (contract / "in" / "data.csv").write_text("a\n1\n2\n")
    example = folder / "example"
    example.mkdir()
    blocks = re.findall(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert [name for name, _ in blocks] == ["MLproject", "words.sh", "choose.py"]
    for name, text in blocks:
        (example / name).write_text(text)
    return contract, example


def step(step_id: str, kind: str, label: str = "", **params: Any) -> Json:
    return {"id": step_id, "type": kind, "params": params, "label": label}


def edge(text: str) -> Json:
    """`a.out -> b.in`."""
    (source, source_port), (target, target_port) = (end.split(".") for end in text.split(" -> "))
    return {"source": source, "source_port": source_port, "target": target, "target_port": target_port}


DOCUMENT: Json = {
    "schema_version": 1,
    "name": "Contract; $(touch CANARY) `touch CANARY` 'q",
    "steps": [
        step(
            "show",
            "contract/show",
            label="--help $(touch CANARY) \"q'",
            share=1e-05,
            count=-3,
            **{f"p{n}": value.replace("${", "$${") for n, value in enumerate(HOSTILE)},
        ),
        step("emit", "contract/emit"),
        step("gather", "contract/gather"),
        step("own", "python", code=OWN, arguments={"at_least": 2, "quote": "it's"}),
        step("never", "contract/never"),
        step("log", "contract/log", data="in/data.csv"),
        step("twice", "contract/twice"),
        step("words", "example/words"),
        step("choose", "example/choose", at_least=5, order="sorted"),
        step("too_few", "contract/never"),
    ],
    "edges": [
        edge("emit.folder -> gather.many"),
        edge("emit.text -> gather.many"),
        edge("emit.signal -> gather.many"),
        edge("emit.yes -> gather.many"),
        edge("log.artifacts -> gather.one"),
        edge("emit.text -> gather.address"),
        edge("emit.text -> own.text"),
        edge("emit.folder -> own.folder"),
        edge("own.enough -> gather.many"),
        edge("emit.no -> never.after_no"),
        edge("words.words -> choose.lists"),
        edge("emit.text -> choose.lists"),
        edge("choose.too_few -> too_few.after_no"),
    ],
}


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
