"""The pipeline that proves the step contract: its projects in shell and Python, its hostile values, its edges."""

import json
import re
from pathlib import Path
from typing import Any

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
