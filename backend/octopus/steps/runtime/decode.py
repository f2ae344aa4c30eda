"""From the texts of the command line to the arguments of a step: parameters decoded and checked by annotation."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from octopus.steps.runtime.introspect import Declaration, is_nullable, is_text


def options(arguments: Sequence[str]) -> dict[str, str]:
    """`--name=text`, or `--name` and then the text as `mlflow run` hands on what its entry point does not declare, as a
    dict. Raises ValueError for anything else."""
    found = {}
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, text = argument.removeprefix("--").partition("=")
        value = text if equals else next(waiting, None)
        if not argument.startswith("--") or value is None:
            raise ValueError(f"expected --name=value, got {argument!r}")
        found[name] = value
    return found


def parameters(declared: Declaration, texts: Mapping[str, str]) -> dict[str, Any]:
    """Every parameter's value, defaults filled in. Raises ValueError naming the first parameter that is wrong."""
    known = declared.params.model_fields
    hints = declared.hints
    values = {name: _value(name, hints[name], text) for name, text in texts.items() if name in known}
    try:
        checked = declared.params.model_validate_json(json.dumps(values), strict=True)
    except ValidationError as fault:
        raise ValueError(_sentence(fault)) from None
    return {name: getattr(checked, name) for name in known}


def _value(name: str, hint: Any, text: str) -> Any:
    if text == "" and is_nullable(hint):
        return None
    if is_text(hint):
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError:
        raise ValueError(f"parameter {name}: {text[:100]!r} is not valid JSON") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _sentence(fault: ValidationError) -> str:
    first = fault.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"parameter {place}: {first['msg']}"
