"""The `parameters` of an entry point -> what each takes. MLflow itself checks nothing but `path` and `uri`."""

import datetime
import math
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from octopus.catalog.mlproject.findings import Findings, Place, ProjectFault
from octopus.catalog.mlproject.names import check_name

PARAMETERS_LIMIT = 200
"""Of one entry point; nobody fills in a longer form."""

Kind = Literal["string", "number", "integer", "choice", "path", "uri"]

_KINDS: dict[str, Kind] = {
    "string": "string", "str": "string",
    "float": "number", "number": "number", "double": "number",
    "int": "integer", "integer": "integer", "long": "integer",
    "bool": "choice", "boolean": "choice",
    "path": "path", "uri": "uri",
}  # fmt: skip
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """`default` None: none, it must be given. `nullable`: the empty text may stand in place of a number. `choices`: of
    the kind `choice`, which is a truth value spelled as the project spells it."""

    name: str
    kind: Kind
    default: JsonValue = None
    nullable: bool = False
    choices: tuple[str, ...] = ()

    @property
    def is_required(self) -> bool:
        return self.default is None and not self.nullable


def read_parameters(declared: object, findings: Findings, place: Place) -> dict[str, Parameter]:
    """In the file's order; those with an error are left out."""
    if not isinstance(declared, dict):
        findings.error(
            ProjectFault.WRONG_SHAPE, place, "`parameters` must be an object of names; leave it out for none."
        )
        return {}
    if len(declared) > PARAMETERS_LIMIT:
        findings.error(ProjectFault.OVER_LIMIT, place, f"An entry point has at most {PARAMETERS_LIMIT} parameters.")
        return {}
    found = {}
    for key, value in declared.items():
        here = (*place, key if isinstance(key, str) else str(key))
        name = check_name(key, "a parameter", findings, here)
        parameter = _parameter(name, value, findings, here) if name is not None else None
        if parameter is not None:
            found[parameter.name] = parameter
    return found


def _parameter(name: str, declared: object, findings: Findings, place: Place) -> Parameter | None:
    """MLflow knows two forms: `alpha: float` and `alpha: {type: float, default: 0.1}`."""
    form = {"type": declared} if isinstance(declared, str) else declared
    if not isinstance(form, dict) or not isinstance(form.get("type", "string"), str):
        message = f"The parameter {name} must be a type or an object with `type` and `default`."
        findings.error(ProjectFault.WRONG_SHAPE, place, message)
        return None
    named = form.get("type", "string")
    kind = _KINDS.get(named)
    if kind is None:
        message = f"The type {named[:80]!r} of {name} is not one that octopus checks; it is taken as text."
        findings.warn(ProjectFault.UNKNOWN_TYPE, (*place, "type"), message)
    return _with_default(name, kind or "string", form.get("default"), findings, (*place, "default"))


def _with_default(name: str, kind: Kind, default: object, findings: Findings, place: Place) -> Parameter | None:
    if isinstance(default, dict | list | set | bytes) or (isinstance(default, float) and not math.isfinite(default)):
        findings.error(
            ProjectFault.INVALID_DEFAULT,
            place,
            f"The default of {name} must be text, a finite number or true or false.",
        )
        return None
    if kind == "choice":
        return _choice(name, default, findings, place)
    if default is None:
        return Parameter(name, kind)
    if kind not in ("number", "integer"):
        return Parameter(name, kind, _text(default))
    if default == "":
        return Parameter(name, kind, nullable=True)
    number = _number(kind, default)
    if number is None:
        wanted = "a whole number" if kind == "integer" else "a number"
        message = f"The default of {name}, {_text(default)[:80]!r}, is not {wanted}; the parameter is taken as text."
        findings.warn(ProjectFault.INVALID_DEFAULT, place, message)
        return Parameter(name, "string", _text(default))
    return Parameter(name, kind, number)


def _choice(name: str, default: object, findings: Findings, place: Place) -> Parameter:
    """Python's `True` or the shell's `true`: as the default is spelled, since that is what the program reads."""
    text = None if default is None else _text(default)
    for choices in (("True", "False"), ("true", "false")):
        if text is None or text in choices:
            return Parameter(name, "choice", text, choices=choices)
    findings.warn(
        ProjectFault.INVALID_DEFAULT, place, f"The default of {name} is not a truth value; it is taken as text."
    )
    return Parameter(name, "string", text)


def _text(default: object) -> str:
    """As MLflow would hand it on."""
    if isinstance(default, datetime.datetime | datetime.date):
        return str(default)
    return default if isinstance(default, str) else str(default)


def _number(kind: Kind, default: object) -> int | float | None:
    """YAML reads 1e-3 as text, so that text which is a number is one. None: it is none."""
    if isinstance(default, bool):
        return None
    if kind == "integer":
        if isinstance(default, str):
            return int(default) if _WHOLE.fullmatch(default) else None
        return default if isinstance(default, int) else None
    if isinstance(default, int | float):
        return default
    try:
        number = float(str(default))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
