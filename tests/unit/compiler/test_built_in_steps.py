"""The built-in step types and templates, seen by the compiler."""

import pytest
from jsonschema import Draft202012Validator

from octopus.catalog.catalog import built_in_catalog
from octopus.catalog.step_type import StepType
from octopus.catalog.templates import Template, templates
from octopus.compiler.check import check
from octopus.compiler.compile import compile_plan
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.parse import parse
from octopus.compiler.schema import ParameterSchema, required_parameters, with_defaults
from octopus.domain.ports import AFTER

STEP_TYPES = [entry.step_type for entry in built_in_catalog().all()]


@pytest.mark.parametrize("step_type", STEP_TYPES, ids=lambda step_type: step_type.id)
def test_its_schema_is_a_json_schema_and_accepts_its_own_defaults(step_type: StepType) -> None:
    Draft202012Validator.check_schema(step_type.params_schema)
    schema = ParameterSchema.of(step_type)
    required = required_parameters(step_type)
    faults = {
        name: list(schema.faults(name, value))
        for name, value in with_defaults(step_type, {}).items()
        if name not in required
    }
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("step_type", STEP_TYPES, ids=lambda step_type: step_type.id)
def test_no_two_things_it_receives_have_the_same_name(step_type: StepType) -> None:
    ports = [port.name for port in step_type.inputs]
    parameters = list(with_defaults(step_type, {}))
    received = [*ports, *parameters, AFTER]
    assert len(received) == len(set(received))
    assert {port.passes for port in step_type.outputs} - {None} <= set(ports)


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.id)
def test_its_template_has_a_plan_on_the_smallest_machine(template: Template) -> None:
    document = parse(template.document)
    assert check(document, built_in_catalog(), MachineSize(cpus=1)) == ()
    assert len(compile_plan(document, built_in_catalog(), MachineSize(cpus=1)).steps) >= 3
