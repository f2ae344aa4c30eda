"""An `mlflow` made of files: a package and a program that take milliseconds, for programs that only need to be led
through their control flow. What a step does stands in a list of acts; what it was given is noted down."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_CLIENT = """
import json, os, uuid
from pathlib import Path
from types import SimpleNamespace as Record

STORE = Path(os.environ["PLAYED_STORE"])


class MlflowClient:
    def __init__(self, tracking_uri):
        (STORE / "runs").mkdir(parents=True, exist_ok=True)

    def get_experiment_by_name(self, name):
        return Record(experiment_id="7")

    def create_run(self, experiment_id, tags, run_name):
        run_id = uuid.uuid4().hex
        self._save(run_id, {"name": run_name, "tags": tags, "params": {}, "metrics": {}, "status": "RUNNING"})
        return self._record(run_id)

    def get_run(self, run_id):
        return self._record(run_id)

    def log_batch(self, run_id, metrics=(), params=()):
        run = self._load(run_id)
        run["metrics"].update({one[0]: one[1] for one in metrics})
        run["params"].update({one[0]: one[1] for one in params})
        self._save(run_id, run)

    def set_terminated(self, run_id, status):
        self._save(run_id, {**self._load(run_id), "status": status})

    def search_runs(self, experiment_ids, wanted):
        runs = [(path.name, json.loads(path.read_text())) for path in (STORE / "runs").iterdir()]
        found = [(run_id, run) for run_id, run in runs if run["tags"].get("octopus.run_id", "?") in wanted]
        return [Record(info=Record(run_id=run_id), data=Record(tags=run["tags"])) for run_id, run in found]

    def log_artifacts(self, run_id, folder, path):
        pass

    def list_artifacts(self, run_id, path=None):
        return []

    def _record(self, run_id):
        root = STORE / "artifacts" / run_id
        info = Record(run_id=run_id, artifact_uri=root.as_uri())
        return Record(info=info, data=Record(metrics=self._load(run_id)["metrics"]), outputs=None)

    def _load(self, run_id):
        return json.loads((STORE / "runs" / run_id).read_text())

    def _save(self, run_id, run):
        (STORE / "runs" / run_id).write_text(json.dumps(run))
"""

_ENTITIES = """
def Param(key, value):
    return key, value


def Metric(key, value, timestamp, step):
    return key, value
"""

_PROGRAM = """#!{python} -IS
import json, os, signal, sys, time
from pathlib import Path

store, step = Path(os.environ["PLAYED_STORE"]), os.environ["OCTOPUS_STEP_ID"]
acts = json.loads((store / "acts.json").read_text()).get(step, [{{}}])
with (store / "calls").open("a+") as calls:
    calls.seek(0)
    earlier = sum(json.loads(line)["step"] == step for line in calls)
    seen = {{name: value for name, value in os.environ.items() if name.startswith(("OCTOPUS_", "MLFLOW_", "OMP_"))}}
    noted = {{"step": step, "argv": sys.argv[1:], "env": seen, "cwd": os.getcwd(), "pid": os.getpid()}}
    calls.write(json.dumps(noted) + "\\n")
act = acts[min(earlier, len(acts) - 1)]
if act.get("stubborn"):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
for name, text in act.get("write", {{}}).items():
    (Path(os.environ["OCTOPUS_OUTPUTS"]) / name).write_text(text)
print("step", step, "says", act.get("say", "nothing"), flush=True)
try:
    time.sleep(act.get("sleep", 0))
except KeyboardInterrupt:
    sys.exit(1)
sys.exit(act.get("exit", 0))
"""


@dataclass(frozen=True)
class PlayedMlflow:
    """`folder`: where everything of it lies."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, acts: Json) -> "PlayedMlflow":
        """`acts`: per step id what its executions do, the last one again and again: `write` (file name -> text),
        `exit`, `sleep` (seconds), `stubborn` (ignores SIGINT). A step that is not in it succeeds at once."""
        package, program = folder / "site" / "mlflow", folder / "bin" / "mlflow"
        package.mkdir(parents=True)
        program.parent.mkdir()
        (folder / "store").mkdir()
        (package / "__init__.py").write_text(_CLIENT)
        (package / "entities.py").write_text(_ENTITIES)
        program.write_text(_PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
        (folder / "store" / "acts.json").write_text(json.dumps(acts))
        return cls(folder)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "PYTHONPATH": str(self.folder / "site"),
            "OCTOPUS_BIN": str(self.folder / "bin"),
            "PLAYED_STORE": str(self.folder / "store"),
            "MLFLOW_TRACKING_URI": "played:store",
        }

    def calls(self) -> list[Json]:
        """What `mlflow run` was given, in order: step, argv, env, cwd, pid."""
        noted = self.folder / "store" / "calls"
        return [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []

    def runs(self) -> list[Json]:
        """MLflow runs: name, tags, params, metrics, status."""
        return [json.loads(path.read_text()) for path in (self.folder / "store" / "runs").iterdir()]
