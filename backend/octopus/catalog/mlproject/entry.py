"""One entry point -> one entry of the catalog."""

from dataclasses import dataclass

from pydantic import JsonValue

from octopus.catalog.mlproject.command import NotATemplate, placeholders
from octopus.catalog.mlproject.environment import wanted_environment
from octopus.catalog.mlproject.findings import Findings, ProjectFault
from octopus.catalog.mlproject.findings import Place as At
from octopus.catalog.mlproject.form import NO_WORDS, field_schema
from octopus.catalog.mlproject.parameters import Parameter, read_parameters
from octopus.catalog.mlproject.ports import Ports, ports_of
from octopus.catalog.mlproject.section import Section, read_section
from octopus.catalog.step_type import CatalogEntry, EntryPoint, Place, ProjectEnvironment, StepType

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Project:
    """`folder`: absolute path; `roots`: where parameters of type path may point, the folder among them. `environment`
    None: it declares none."""

    name: str
    folder: str
    roots: tuple[str, ...]
    environment: ProjectEnvironment | None = None


def catalog_entry(
    project: Project, name: str, declared: dict[object, object], findings: Findings, at: At
) -> CatalogEntry:
    """Of use only if nothing was found wrong."""
    parameters = read_parameters(declared.get("parameters", {}), findings, (*at, "parameters"))
    section = read_section(declared.get("octopus"), findings, (*at, "octopus"))
    ports = ports_of(section, parameters, findings, (*at, "octopus"))
    command = _command(declared.get("command"), parameters, findings, (*at, "command"))
    fields = {one.name: one for one in parameters.values() if one.name not in ports.only_ports}
    return CatalogEntry(
        step_type=StepType(
            id=f"{project.name}/{name}",
            title=section.title or _title(name),
            category=section.category or project.name,
            colour=section.colour,
            icon=section.icon,
            doc=section.doc or f"The entry point {name} of the MLproject {project.name}.",
            inputs=ports.inputs,
            outputs=ports.outputs,
            params_schema=_params_schema(fields, section, findings, (*at, "octopus", "params")),
            pure=section.pure,
            reuse=section.reuse,
        ),
        entry_point=EntryPoint(
            project_dir=project.folder,
            name=name,
            command=command,
            is_foreign=True,
            uri_ports=_uri_ports(ports, parameters),
            artifacts_port=ports.outputs[0].name if ports.hands_on_artifacts else None,
            environment=wanted_environment(project.environment, section.env_manager, findings, (*at, "octopus")),
        ),
        places=_places(project, fields),
    )


def _command(declared: object, parameters: dict[str, Parameter], findings: Findings, at: At) -> str:
    """The command, checked: every `{name}` is a parameter, and none stands where the shell would run what is in it."""
    if not isinstance(declared, str) or not declared.strip():
        findings.error(ProjectFault.WRONG_SHAPE, at, "An entry point needs a `command`: one text for the shell.")
        return ""
    try:
        found = placeholders(declared)
    except NotATemplate as error:
        findings.error(
            ProjectFault.UNKNOWN_PLACEHOLDER, at, f"The command is not one that MLflow can fill in: {error}."
        )
        return declared
    for one in found:
        parameter = parameters.get(one.name)
        if parameter is None:
            message = f"The command names {{{one.name}}}, which is not a parameter; a literal brace is written twice."
            findings.error(ProjectFault.UNKNOWN_PLACEHOLDER, at, message)
        elif one.danger is not None and (parameter.kind not in ("number", "integer") or parameter.nullable):
            message = (
                f"{{{one.name}}} stands {one.danger}, where its value could run as a program. MLflow quotes "
                f"every value itself: write {{{one.name}}} bare, as in --{one.name}={{{one.name}}}."
            )
            findings.error(ProjectFault.UNSAFE_COMMAND, at, message)
    return declared


def _params_schema(fields: dict[str, Parameter], section: Section, findings: Findings, at: At) -> dict[str, JsonValue]:
    for name in section.params:
        if name not in fields:
            message = f"`params` describes {name!r}, which is not a parameter with a field."
            findings.error(ProjectFault.UNKNOWN_FIELD, (*at, name), message)
    properties: dict[str, JsonValue] = {
        name: field_schema(one, section.params.get(name, NO_WORDS), findings, (*at, name))
        for name, one in fields.items()
    }
    required: list[JsonValue] = [one.name for one in fields.values() if one.is_required]
    schema: dict[str, JsonValue] = {
        "$schema": DIALECT,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _uri_ports(ports: Ports, parameters: dict[str, Parameter]) -> tuple[str, ...]:
    return tuple(port.name for port in ports.inputs if port.name in parameters and parameters[port.name].kind == "uri")


def _places(project: Project, fields: dict[str, Parameter]) -> tuple[Place, ...]:
    return tuple(
        Place(parameter=one.name, kind=one.kind, base=project.folder, roots=project.roots)
        for one in fields.values()
        if one.kind == "path" or one.kind == "uri"
    )


def _title(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else name
