"""The nested DAGs of a Kubeflow pipeline: tasks, and the channels through which values get from a DAG into those
within it."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["parameters", "artifacts"]

ARTIFACT: Json = {"artifactType": {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}}
_WORDS = {
    "parameters": ("taskOutputParameter", "outputParameterKey", "componentInputParameter"),
    "artifacts": ("taskOutputArtifact", "outputArtifactKey", "componentInputArtifact"),
}


@dataclass
class Level:
    """A DAG. `task`: the name of its task in `parent`; the pipeline itself has none."""

    name: str
    parent: "Level | None" = None
    tasks: dict[str, Json] = field(default_factory=dict)
    inputs: dict[Kind, dict[str, Json]] = field(default_factory=lambda: {"parameters": {}, "artifacts": {}})

    def add(self, name: str, component: str, **more: Any) -> Json:
        """A task that nothing is cached of."""
        task: Json = {
            "taskInfo": {"name": name},
            "componentRef": {"name": component},
            "cachingOptions": {},
            "inputs": {"parameters": {}, "artifacts": {}},
            "dependentTasks": [],
            **more,
        }
        self.tasks[name] = task
        return task

    def within(self, name: str) -> "Level":
        """A DAG in this one, with its task."""
        self.add(name, f"comp-{name}")
        return Level(name, self)

    def connect(self, task: Json, kind: Kind, name: str, source: "Source") -> None:
        """Hand `source` to the input `name` of a task in this DAG."""
        from_task, from_output, from_outside = _WORDS[kind]
        if source.level is self and source.task is None:
            task["inputs"][kind][name] = {from_outside: source.output}
        elif source.level is self:
            task["inputs"][kind][name] = {from_task: {"producerTask": source.task, from_output: source.output}}
            if source.task not in task["dependentTasks"]:
                task["dependentTasks"].append(source.task)
        else:
            task["inputs"][kind][name] = {from_outside: self._channel(kind, source)}

    def dag(self) -> Json:
        """As the specification writes it; what is empty is left out."""
        tasks = {name: _tidy(task) for name, task in self.tasks.items()}
        definitions = {kind: inputs for kind, inputs in self.inputs.items() if inputs}
        return {"dag": {"tasks": tasks}, **({"inputDefinitions": definitions} if definitions else {})}

    def _channel(self, kind: Kind, source: "Source") -> str:
        if self.parent is None:
            raise LookupError(f"{source.task} is not around")
        channel = channel_name(source)
        if channel not in self.inputs[kind]:
            self.inputs[kind][channel] = source.definition
            self.parent.connect(self.parent.tasks[self.name], kind, channel, source)
        return channel


@dataclass(frozen=True)
class Source:
    """An output of a task in `level`; `task` None: an input of the pipeline. `definition`: its type."""

    level: Level
    task: str | None
    output: str
    definition: Json


def channel_name(source: Source) -> str:
    """The two dashes are how kfp's local runner tells task and output apart."""
    return f"pipelinechannel--{source.task or 'pipeline'}--{source.output}"


def _tidy(task: Json) -> Json:
    inputs = {kind: given for kind, given in task["inputs"].items() if given}
    rest = {name: value for name, value in task.items() if name != "inputs"}
    rest = {name: value for name, value in rest.items() if value or name == "cachingOptions"}
    return {**rest, **({"inputs": inputs} if inputs else {})}
