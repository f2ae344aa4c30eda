"""The optional `octopus:` section of an entry point: what its card and its form show, and which ports it has."""

from typing import Annotated

from pydantic import Field, ValidationError

from octopus.catalog.mlproject.findings import Findings, Place, ProjectFault
from octopus.catalog.step_type import ColourRole, EnvManager
from octopus.domain.base import Label, Text, Value
from octopus.domain.ids import PortName
from octopus.domain.ports import PortType

PORTS_LIMIT = 50
"""Of one direction; no card shows more."""
CHOICES_LIMIT = 1000

Truth = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
Number = Whole | Annotated[float, Field(strict=True, allow_inf_nan=False)]
Scalar = str | Truth | Number


class SectionInput(Value):
    """`required` None: as the parameter has a default or not."""

    name: PortName
    type: PortType = PortType.ANY
    required: Truth | None = None
    many: Truth = False
    doc: Text = ""


class SectionOutput(Value):
    """`passes`: the input that a branch hands on when the step writes an empty file."""

    name: PortName
    type: PortType = PortType.ANY
    branch: Truth = False
    passes: PortName | None = None
    doc: Text = ""


class SectionParameter(Value):
    """`help` and `description` are the same."""

    title: Label | None = None
    help: Text | None = None
    description: Text | None = None
    enum: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=CHOICES_LIMIT)] | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    widget: Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_-]{0,31}$")] | None = None


class Section(Value):
    """`inputs`, `outputs` None: as if there were no section. `category` None: the project's name. `env_manager` None:
    the one that fits what the project declares."""

    title: Label | None = None
    category: Label | None = None
    colour: ColourRole = "generic"
    icon: Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9]{1,64}$")] = "Extension"
    doc: Text | None = None
    inputs: Annotated[tuple[SectionInput, ...], Field(max_length=PORTS_LIMIT)] | None = None
    outputs: Annotated[tuple[SectionOutput, ...], Field(max_length=PORTS_LIMIT)] | None = None
    params: dict[str, SectionParameter] = {}
    pure: Truth = True
    reuse: Truth = True
    env_manager: EnvManager | None = None


NO_SECTION = Section()


def read_section(declared: object, findings: Findings, place: Place) -> Section:
    """An empty section is none."""
    if declared is None:
        return NO_SECTION
    try:
        return Section.model_validate(declared)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            at = (*place, *one["loc"])
            if one["type"] == "extra_forbidden":
                known = ", ".join(_fields(one["loc"]))
                message = f"`octopus` has no field {one['loc'][-1]!r} here; it knows {known}."
                findings.error(ProjectFault.UNKNOWN_FIELD, at, message)
            else:
                message = f"{'.'.join(str(key) for key in ('octopus', *one['loc']))}: {one['msg']}."
                findings.error(ProjectFault.WRONG_SHAPE, at, message)
        return NO_SECTION


def _fields(place: tuple[int | str, ...]) -> list[str]:
    shapes: dict[int | str, type[Value]] = {
        "inputs": SectionInput,
        "outputs": SectionOutput,
        "params": SectionParameter,
    }
    shape = shapes.get(place[0], Section) if len(place) > 1 else Section
    return list(shape.model_fields)
