"""A small catalog of steps that need no code, and short ways to draw documents with them."""

from typing import Any

from octopus.catalog.catalog import Catalog
from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType
from octopus.compiler.compile import compile_plan
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.parse import parse
from octopus.compiler.plan import Plan
from octopus.domain.pipeline import PipelineDocument

MACHINE = MachineSize(cpus=2)
Json = dict[str, Any]


def entry(
    type_id: str,
    inputs: list[Json] | None = None,
    outputs: list[Json] | None = None,
    properties: Json | None = None,
    required: tuple[str, ...] = (),
    definitions: Json | None = None,
) -> CatalogEntry:
    """A catalog entry whose project does not exist: nothing here starts it."""
    schema = {
        "type": "object",
        "properties": properties or {},
        "required": list(required),
        "additionalProperties": False,
        "$defs": definitions or {},
    }
    step_type = StepType.model_validate(
        {
            "id": type_id,
            "title": type_id.replace("_", " ").title(),
            "category": "Test",
            "colour": "generic",
            "icon": "box",
            "doc": "",
            "inputs": inputs or [],
            "outputs": outputs or [],
            "params_schema": schema,
        }
    )
    return CatalogEntry(step_type=step_type, entry_point=EntryPoint(project_dir="/project", name=type_id))


def port(name: str, kind: str = "dataset", **more: Any) -> Json:
    return {"name": name, "type": kind, **more}


CATALOG = Catalog(
    [
        entry("source", outputs=[port("data")], properties={"rows": {"type": "integer", "default": 10, "minimum": 1}}),
        entry("pass_on", inputs=[port("data")], outputs=[port("data")]),
        entry("maybe", inputs=[port("data", required=False)], outputs=[port("data")]),
        entry(
            "split",
            inputs=[port("data")],
            outputs=[port("train"), port("test")],
            properties={
                "ratios": {
                    "type": "array",
                    "items": {"type": "number", "minimum": 0},
                    "minItems": 3,
                    "maxItems": 3,
                    "default": [0.75, 0.125, 0.125],
                },
                "method": {"type": "string", "enum": ["hash", "random"], "default": "hash"},
                "seed": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": None},
            },
        ),
        entry(
            "train",
            inputs=[port("train"), port("validation", required=False)],
            outputs=[port("model", "model"), port("metrics", "metrics")],
            properties={
                "target": {"type": "string", "minLength": 1},
                "depth": {"type": "integer", "default": 3},
                "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.1},
                "shuffle": {"type": "boolean", "default": True},
                "options": {"anyOf": [{"$ref": "#/$defs/Options"}, {"type": "null"}], "default": None},
            },
            required=("target",),
            definitions={
                "Options": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
                    "required": ["name"],
                    "additionalProperties": False,
                }
            },
        ),
        entry(
            "evaluate",
            inputs=[port("model", "model"), port("test")],
            outputs=[
                port("pass", "model", branch=True, passes="model"),
                port("fail", "model", branch=True, passes="model"),
                port("metrics", "metrics"),
            ],
        ),
        entry("register", inputs=[port("model", "model")], outputs=[port("version", "report")]),
        entry("choose", inputs=[port("data")], outputs=[port("left", branch=True), port("right", branch=True)]),
        entry("join", inputs=[port("data", many=True)], outputs=[port("data")]),
        entry("gather", inputs=[port("data", required=False, many=True)], outputs=[port("data")]),
    ]
)


def step(step_id: str, type_id: str, /, *, enabled: bool = True, **params: Any) -> Json:
    return {"id": step_id, "type": type_id, "params": params, "enabled": enabled}


def edge(ends: str, /, **more: Any) -> Json:
    """`edge("load.data -> split.data")`."""
    source, target = (end.strip().split(".") for end in ends.split("->"))
    return {"source": source[0], "source_port": source[1], "target": target[0], "target_port": target[1], **more}


def drawing(steps: list[Json], edges: list[Json] | None = None, **more: Any) -> Json:
    """A document as JSON."""
    return {"schema_version": 1, "name": "Test", "steps": steps, "edges": edges or [], **more}


def document(steps: list[Json], edges: list[Json] | None = None, **more: Any) -> PipelineDocument:
    return parse(drawing(steps, edges, **more), max_steps=None)


def plan(steps: list[Json], edges: list[Json] | None = None, **more: Any) -> Plan:
    return compile_plan(document(steps, edges, **more), CATALOG, MACHINE)
