"""From the declared functions to the files others read: `catalog.json` (ports, forms) and `MLproject` (entry points).

`python -m octopus.steps.runtime.generate` writes them, `--check` exits 1 if they are not current.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from octopus.steps.runtime.introspect import Declaration, declaration
from octopus.steps.runtime.schema import params_schema
from octopus.steps.runtime.shelf import BUILT_IN, find_step

FOLDER = Path(__file__).resolve().parents[1]
HEADER = "# Generated from octopus/steps/library by `python -m octopus.steps.runtime.generate`; do not edit.\n"


def catalog_entry(declared: Declaration) -> dict[str, Any]:
    """One step type as `octopus.catalog.step_type.StepType` reads it."""
    step = declared.step
    return {
        "id": step.name,
        "title": step.title,
        "category": step.category,
        "colour": step.colour,
        "icon": step.icon,
        "doc": declared.doc,
        "inputs": [
            {"name": port.name, "type": port.type, "required": port.required, "many": port.many, "doc": port.doc}
            for port in declared.inputs
        ],
        "outputs": [
            {"name": port.name, "type": port.type, "branch": port.branch, "passes": port.passes, "doc": port.doc}
            for port in declared.outputs
        ],
        "params_schema": params_schema(declared),
        "summary": list(step.summary),
        "pure": step.pure,
        **({"ports_from": asdict(step.ports_from)} if step.ports_from else {}),
    }


def entry_point(declared: Declaration) -> dict[str, Any]:
    """The MLproject entry point. Braces stay unquoted: MLflow quotes every value itself."""
    schema = params_schema(declared)
    parameters: dict[str, Any] = {}
    for port in declared.inputs:
        parameters[port.name] = {"type": "string"} if port.required else {"type": "string", "default": ""}
    for name, field in schema["properties"].items():
        parameters[name] = {"type": "string"}
        if name not in schema.get("required", []):
            parameters[name]["default"] = parameter_text(field["default"])
    options = [f"--{name}={{{name}}}" for name in parameters]
    return {"parameters": parameters, "command": " ".join(["python -m octopus.steps", declared.step.name, *options])}


def parameter_text(value: Any) -> str:
    """How a value travels on the command line: text as it is, None as the empty text, the rest as compact JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def generated() -> dict[str, str]:
    """File name -> text."""
    steps = [declaration(find_step(name)) for name in BUILT_IN]
    project = {"name": "octopus", "entry_points": {one.step.name: entry_point(one) for one in steps}}
    return {
        "catalog.json": json.dumps([catalog_entry(one) for one in steps], indent=2, ensure_ascii=False) + "\n",
        "MLproject": HEADER + yaml.safe_dump(project, sort_keys=False, allow_unicode=True, width=10_000),
    }


def main(arguments: list[str]) -> int:
    stale = []
    for name, text in generated().items():
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if not stale:
        return 0
    if "--check" in arguments:
        print(f"not current: {', '.join(stale)}; run python -m octopus.steps.runtime.generate", file=sys.stderr)
        return 1
    print(f"wrote {', '.join(stale)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
