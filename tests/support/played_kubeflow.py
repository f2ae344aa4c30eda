"""A Kubeflow made of a few lines: follows the specification of a pipeline to the letter and runs its containers as
processes. Whatever it looks up and does not find is a fault of the specification."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass
class PlayedKubeflow:
    """`states`: per task succeeded, failed or skipped; of what lies in a DAG that was skipped nothing is told.
    `order`: containers in the order in which they ran."""

    specification: Json
    folder: Path
    environment: dict[str, str]
    states: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    output: str = ""

    def play(self, **parameters: str) -> str:
        """The state of the pipeline."""
        root = self.specification["root"]
        assert set(root["inputDefinitions"]["parameters"]) == set(parameters)
        return self._dag(root, {"parameters": parameters, "artifacts": {}})

    def _dag(self, component: Json, given: Json) -> str:
        for kind, declared in component.get("inputDefinitions", {}).items():
            assert set(declared) == set(given[kind]), (kind, declared)
        tasks, outputs = component["dag"]["tasks"], dict[str, Json]()
        states: dict[str, str] = {}
        while len(states) < len(tasks):
            name = next(
                name
                for name, task in tasks.items()
                if name not in states and all(before in states for before in task.get("dependentTasks", ()))
            )
            states[name], outputs[name] = self._task(name, tasks[name], given, outputs, states)
        self.states.update(states)
        return "failed" if "failed" in states.values() else "succeeded"

    def _task(
        self, name: str, task: Json, given: Json, outputs: dict[str, Json], states: dict[str, str]
    ) -> tuple[str, Json]:
        assert task["taskInfo"]["name"] == name
        befores = [states[before] for before in task.get("dependentTasks", ())]
        policy = task.get("triggerPolicy", {})
        if policy.get("strategy") != "ALL_UPSTREAM_TASKS_COMPLETED" and set(befores) - {"succeeded"}:
            return "skipped", {}
        component = self.specification["components"][task["componentRef"]["name"]]
        inputs = self._inputs(task, component, given, outputs, states)
        if "condition" in policy and not holds(policy["condition"], inputs["parameters"]):
            return "skipped", {}
        if "dag" in component:
            return self._dag(component, inputs), {}
        return self._container(name, component, inputs)

    def _inputs(
        self, task: Json, component: Json, given: Json, outputs: dict[str, Json], states: dict[str, str]
    ) -> Json:
        found: Json = {"parameters": {}, "artifacts": {}}
        for kind, wanted in task.get("inputs", {}).items():
            for name, source in wanted.items():
                assert name in component["inputDefinitions"][kind], name
                found[kind][name] = self._value(kind, source, task, given, outputs, states)
        return found

    def _value(
        self, kind: str, source: Json, task: Json, given: Json, outputs: dict[str, Json], states: dict[str, str]
    ) -> Any:
        match source:
            case {"runtimeValue": {"constant": text}}:
                return text.replace("{{$.pipeline_job_uuid}}", "the-run")
            case {"componentInputParameter": name} | {"componentInputArtifact": name}:
                return given[kind][name]
            case {"taskFinalStatus": {"producerTask": name}}:
                return {"state": states[name].upper()}
            case {"taskOutputParameter": {"producerTask": name, "outputParameterKey": key}} | {
                "taskOutputArtifact": {"producerTask": name, "outputArtifactKey": key}
            }:
                assert name in task["dependentTasks"]
                return outputs[name][kind][key]
        raise AssertionError(source)

    def _container(self, name: str, component: Json, inputs: Json) -> tuple[str, Json]:
        declared = component.get("inputDefinitions", {})
        optional = {key for key, one in declared.get("parameters", {}).items() if one.get("isOptional")}
        assert set(declared.get("parameters", {})) - optional <= set(inputs["parameters"])
        container = self.specification["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
        place, told = self.folder / name, component.get("outputDefinitions", {})
        files = {key: {"outputFile": str(place / key)} for key in told.get("parameters", {})}
        artifacts = {key: one_artifact(key, place / "values" / key) for key in told.get("artifacts", {})}
        executor_input = {
            "inputs": {"parameterValues": inputs["parameters"], "artifacts": inputs["artifacts"]},
            "outputs": {"parameters": files, "artifacts": artifacts, "outputFile": str(place / "executor.json")},
        }
        command = [json.dumps(executor_input) if word == "{{$}}" else word for word in container["args"]]
        program = [sys.executable if word == "python3" else word for word in container["command"]]
        self.folder.mkdir(exist_ok=True)
        ended = subprocess.run(
            [*program, *command], env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.output += ended.stdout + ended.stderr
        self.order.append(name)
        if ended.returncode:
            return "failed", {}
        types = {key: one["parameterType"] for key, one in told.get("parameters", {}).items()}
        values = {key: read(Path(file["outputFile"]), types[key]) for key, file in files.items()}
        return "succeeded", {"parameters": values, "artifacts": artifacts}


def holds(condition: str, parameters: Json) -> bool:
    found = re.fullmatch(r"inputs\.parameter_values\['([^']+)'\] == true", condition)
    assert found is not None, condition
    assert isinstance(parameters[found[1]], bool)
    return bool(parameters[found[1]])


def one_artifact(name: str, place: Path) -> Json:
    return {"artifacts": [{"name": name, "uri": str(place), "metadata": {}}]}


def read(file: Path, kind: str) -> Any:
    text = file.read_text()
    return text if kind == "STRING" else json.loads(text)
