"""The first template as a plan of the built-in steps."""

import json
from pathlib import Path
from typing import Any

from octopus.catalog.catalog import built_in_catalog
from octopus.compiler.compile import compile_plan
from octopus.compiler.parse import parse
from octopus.compiler.plan import Plan
from tests.support.drawings import MACHINE

TEMPLATE = Path(__file__).parents[2] / "backend" / "octopus" / "catalog" / "templates" / "iris_hello.json"


def iris() -> Plan:
    value: Any = json.loads(TEMPLATE.read_text("utf-8"))
    return compile_plan(parse(value, max_steps=None), built_in_catalog(), MACHINE)
