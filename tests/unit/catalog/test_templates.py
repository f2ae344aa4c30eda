"""Templates: documents that the compiler plans without a word, laid out so that no two cards touch."""

from itertools import combinations
from typing import Any

import jsonschema
import pytest

from octopus.catalog.catalog import built_in_catalog
from octopus.catalog.templates import Template, template, templates
from octopus.compiler.check import check
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.parse import parse
from octopus.compiler.reference import resolve
from octopus.domain.pipeline import PipelineDocument

ALL = templates()
CATALOG = built_in_catalog()
CARD_WIDTH, CARD_HEIGHT = 220, 90


def by_id(one: Template) -> str:
    return one.id


def test_the_first_template_is_hello_iris_with_more_than_three_steps() -> None:
    assert ALL[0].id == "iris_hello"
    steps: Any = ALL[0].document["steps"]
    assert len(steps) >= 3


def test_a_template_is_found_by_id() -> None:
    assert template("quality_gate") == ALL[1]
    assert template("../catalog") is None


@pytest.mark.parametrize("one", ALL, ids=by_id)
def test_it_has_no_problems(one: Template) -> None:
    document = parse(one.document)
    assert isinstance(document, PipelineDocument)
    assert check(document, CATALOG, MachineSize(cpus=2)) == ()
    assert one.title == document.name
    assert one.description


@pytest.mark.parametrize("one", ALL, ids=by_id)
def test_its_parameters_obey_their_forms(one: Template) -> None:
    document = parse(one.document)
    assert isinstance(document, PipelineDocument)
    values = {name: parameter.default for name, parameter in document.parameters.items()}
    for step in document.steps:
        entry = CATALOG.get(step.type)
        assert entry is not None
        jsonschema.Draft202012Validator(entry.step_type.params_schema).validate(resolve(step.params, values, {}))


@pytest.mark.parametrize("one", ALL, ids=by_id)
def test_its_cards_do_not_touch_and_edges_go_down(one: Template) -> None:
    document = parse(one.document)
    places = {step.id: step.position for step in document.steps if step.position is not None}
    assert len(places) == len(document.steps)
    for first, second in combinations(places.values(), 2):
        assert abs(first.x - second.x) >= CARD_WIDTH or abs(first.y - second.y) >= CARD_HEIGHT
    for edge in document.edges:
        assert (places[edge.source].y < places[edge.target].y) == (edge.kind == "data")
