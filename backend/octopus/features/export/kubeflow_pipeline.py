"""Portable -> a Kubeflow pipeline, written straight in the specification (YAML, version 2.1) that its SDK compiles to:
one container for each execution of a step, branches as conditions, loops written out to their limit."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict

from octopus import __version__
from octopus.features.export.assemble import assembled
from octopus.features.export.comments import commented, shown
from octopus.features.export.embedded.model import Loop, Step
from octopus.features.export.exported import Exported, ExportOptions, file_stem, refused
from octopus.features.export.guards import Guard, Placed, placed
from octopus.features.export.image import dockerfile
from octopus.features.export.levels import ARTIFACT, Json, Level, Source, channel_name
from octopus.features.export.portable import Portable
from octopus.features.export.unrolled import instance_name, unrolled
from octopus.features.export.yaml_text import yaml_text

MODULES = (
    *("model", "deciding", "outputs", "tracking", "attempt", "loops", "pipeline", "surroundings"),
    "kubeflow_step",
)
TEXT: Json = {"parameterType": "STRING"}
TRUTH: Json = {"parameterType": "BOOLEAN"}
_RUN_ID = "{{$.pipeline_job_uuid}}"
_HEAD = """\
# {name}
{description}#
# The pipeline for Kubeflow Pipelines 2, made by octopus: every step is one `mlflow run` in a container of the image
# {image}
# which needs Python 3.11 or newer, MLflow, what the steps need, and the MLflow Projects in /projects (or where
# OCTOPUS_PROJECTS says). The parameter tracking_uri is the address of an MLflow server that the containers reach.
"""


def kubeflow_pipeline(pipeline: Portable, options: ExportOptions) -> Exported:
    """Raises InvalidRequest for what it cannot express."""
    if pipeline.limit_s is not None:
        raise refused(
            f"The pipeline has a time limit of {pipeline.limit_s:g} s, and Kubeflow has none for a whole run: remove "
            "it, or limit the steps.",
            pointer="/settings/timeout_s",
        )
    stem = file_stem(pipeline.name)
    text = _HEAD.format(
        name=shown(pipeline.name), description=commented(pipeline.description), image=options.image
    ) + yaml_text(_Drawing(pipeline, options).specification(stem.replace("_", "-")))
    others = {"Dockerfile": dockerfile(options.image)} if options.vendored else {}
    return Exported(f"{stem}.yaml", text, others=others)


class _Drawing:
    """Fills the levels one execution after the other."""

    def __init__(self, pipeline: Portable, options: ExportOptions) -> None:
        self.pipeline = pipeline
        self.image = options.image
        self.root = Level("root")
        self.components: Json = {}
        self.executors: Json = {}
        self.names = _escaped(
            json.dumps(
                {"experiment": pipeline.experiment, "name": pipeline.name, "parameters": pipeline.parameters},
                ensure_ascii=False,
            )
        )
        self.inside = self.root.within("exit-handler")
        self.levels: dict[Guard, Level] = {(): self.inside}
        self.places = placed(pipeline, unrolled(pipeline, "Kubeflow"))
        self.task_names = task_names(self.places)

    def specification(self, name: str) -> Json:
        self._begin()
        for place in self.places.values():
            self._execution(place)
        for number, loop in enumerate(self.pipeline.loops, start=1):
            if loop.on_limit == "fail":
                self._limit(loop, f"octopus-limit-{number}")
        self._end()
        for level in self.levels.values():
            self.components[f"comp-{level.name}"] = level.dag()
        root = self.root.dag()
        root["inputDefinitions"] = {"parameters": {"tracking_uri": TEXT}}
        return {
            "pipelineInfo": {"name": name, "description": self.pipeline.description or self.pipeline.name},
            "root": root,
            "components": self.components,
            "deploymentSpec": {"executors": self.executors},
            "schemaVersion": "2.1.0",
            "sdkVersion": f"octopus-{__version__}",
        }

    def _begin(self) -> None:
        task = self._task(self.inside, "octopus-begin", "begin", {"names": self.names, "run_id": _RUN_ID}, cpus=1)
        self.inside.connect(task, "parameters", "tracking_uri", self._tracking_uri())
        component = self.components["comp-octopus-begin"]
        component["inputDefinitions"]["parameters"]["tracking_uri"] = TEXT
        component["outputDefinitions"] = {"parameters": {"run": TEXT}}

    def _end(self) -> None:
        """It runs whatever happened, so that the parent run is closed."""
        given = {"names": self.names, "run_id": _RUN_ID}
        task = self._task(self.root, "octopus-end", "end", given, cpus=1)
        self.root.connect(task, "parameters", "tracking_uri", self._tracking_uri())
        task["inputs"]["parameters"]["status"] = {"taskFinalStatus": {"producerTask": self.inside.name}}
        task["dependentTasks"] = [self.inside.name]
        task["triggerPolicy"] = {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}
        declared = self.components["comp-octopus-end"]["inputDefinitions"]["parameters"]
        declared["tracking_uri"] = TEXT
        declared["status"] = {"parameterType": "TASK_FINAL_STATUS", "isOptional": True}

    def _execution(self, place: Placed) -> None:
        name, level = self.task_names[place.instance.name], self._level(place.guard)
        task = self._task(level, name, "step", {"step": _escaped(self._spec(place))}, cpus=place.step.cpus)
        component = self.components[f"comp-{name}"]
        parameters = component["inputDefinitions"]["parameters"]
        artifacts: Json = {}
        run = Source(self.inside, "octopus-begin", "run", TEXT)
        level.connect(task, "parameters", "run", run)
        parameters["run"] = TEXT
        for source_name, step_id in self._sources(place):
            level.connect(task, "parameters", f"outcome--{step_id}", self._output(source_name, "Outcome", TEXT))
            parameters[f"outcome--{step_id}"] = TEXT
        for source_name, port, step_id in place.arrivals:
            level.connect(task, "artifacts", f"value--{step_id}--{port}", self._output(source_name, port, ARTIFACT))
            artifacts[f"value--{step_id}--{port}"] = ARTIFACT
        if place.fed is not None:
            level.connect(task, "artifacts", "fed", self._output(place.fed[0], place.fed[1], ARTIFACT))
            artifacts["fed"] = ARTIFACT
        if artifacts:
            component["inputDefinitions"]["artifacts"] = artifacts
        component["outputDefinitions"] = {"parameters": {"Outcome": TEXT}}
        if place.step.outputs:
            component["outputDefinitions"]["artifacts"] = {port.name: ARTIFACT for port in place.step.outputs}

    def _limit(self, loop: Loop, task: str) -> None:
        """A task that fails if the loop would go on."""
        last = self.places.get(instance_name(loop.source, loop.max_iterations))
        if last is None:
            return
        times = f"{loop.max_iterations} {'iteration' if loop.max_iterations == 1 else 'iterations'}"
        reason = f"loop {loop.source} -> {loop.target} reached its limit of {times}"
        level = self._level((*last.guard, (last.instance.name, loop.source_port)))
        self._task(level, task, "limit", {"reason": reason}, 1)

    def _level(self, guard: Guard) -> Level:
        """The DAG within the conditions of `guard`; made if it is not there."""
        if guard in self.levels:
            return self.levels[guard]
        around, (source, port) = self._level(guard[:-1]), guard[-1]
        level = around.within(f"condition-{len(self.levels)}")
        self.levels[guard] = level
        task = around.tasks[level.name]
        emits = self._output(source, f"Emits_{port}", TRUTH)
        channel = channel_name(emits)
        around.connect(task, "parameters", channel, emits)
        level.inputs["parameters"][channel] = TRUTH
        task["triggerPolicy"] = {"condition": f"inputs.parameter_values['{channel}'] == true"}
        self.components[f"comp-{emits.task}"]["outputDefinitions"]["parameters"][emits.output] = TRUTH
        return level

    def _task(self, level: Level, name: str, question: str, texts: dict[str, str], cpus: int) -> Json:
        """A container with constant inputs."""
        given = {"question": question, **texts}
        task = level.add(name, f"comp-{name}")
        task["inputs"]["parameters"] = {key: {"runtimeValue": {"constant": text}} for key, text in given.items()}
        self.components[f"comp-{name}"] = {
            "executorLabel": self._executor(cpus),
            "inputDefinitions": {"parameters": dict.fromkeys(given, TEXT)},
        }
        return task

    def _executor(self, cpus: int) -> str:
        """One container for all that ask for the same."""
        label = f"exec-{cpus}-cpu"
        if label not in self.executors:
            self.executors[label] = {
                "container": {
                    "image": self.image,
                    "command": ["python3", "-u", "-c", _program()],
                    "args": ["{{$}}"],
                    "resources": {"resourceCpuRequest": str(cpus), "cpuRequest": float(cpus)},
                }
            }
        return label

    def _spec(self, place: Placed) -> str:
        """What the container is told of its step: only edges that may deliver, so that nothing else is looked up."""
        arriving = {(step_id, port) for _, port, step_id in place.arrivals}
        kept = [edge for edge in place.step.edges if tuple(edge.partition(" -> ")[0].split(".")) in arriving]
        sources: dict[str, list[str]] = {step_id: [] for _, step_id in self._sources(place)}
        for _, port, step_id in place.arrivals:
            sources[step_id] += [] if port in sources[step_id] else [port]
        step: Json = {**asdict(place.step), "edges": kept}
        told = {"step": step, "iteration": place.instance.iteration, "sources": sources}
        return json.dumps({**told, "fed": None if place.fed is None else place.fed[2]}, ensure_ascii=False)

    def _sources(self, place: Placed) -> list[tuple[str, str]]:
        """(instance, step) of the outcomes that it looks at."""
        along = [(name, step_id) for name, _, step_id in place.arrivals]
        measured = [(place.instance.source(step_id), step_id) for step_id in _measured(place.step)]
        return list(dict.fromkeys([*along, *measured]))

    def _output(self, name: str, output: str, definition: Json) -> Source:
        return Source(self._level(self.places[name].guard), self.task_names[name], output, definition)

    def _tracking_uri(self) -> Source:
        return Source(self.root, None, "tracking_uri", TEXT)


def task_names(instances: Iterable[str]) -> dict[str, str]:
    """Per instance its task's name: lower-case letters, digits and `-`, none twice."""
    names: dict[str, str] = {}
    for instance in instances:
        plain = instance.replace("_", "-").strip("-")
        taken, name, number = set(names.values()), plain, 1
        while name in taken:
            name, number = f"{plain}-x{number}", number + 1
        names[instance] = name
    return names


def _measured(step: Step) -> list[str]:
    texts = (pieces for pieces in step.params.values() if isinstance(pieces, list))
    return [piece.step for pieces in texts for piece in pieces if not isinstance(piece, str)]


def _program() -> str:
    parts = assembled(MODULES)
    bodies = "\n\n".join(parts.bodies[name] for name in MODULES)
    return f"{parts.imports}\n{bodies}\n\nsys.exit(main(sys.argv[1:]))\n"


def _escaped(json_text: str) -> str:
    """Kubeflow fills in what stands between two braces, wherever it stands; this JSON holds none and means the same."""
    return re.sub(r"\{(?=\{)", r"\\u007b", json_text)
