"""How an author declares a step, and what octopus reads from it."""

from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import BaseModel, ConfigDict

from octopus.steps import Branch, Dataset, Doc, Metrics, Model, Param, step
from octopus.steps.runtime.decode import parameters
from octopus.steps.runtime.generate import catalog_entry, entry_point
from octopus.steps.runtime.introspect import declaration


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    column: str
    limit: float | None = None


class Chosen(NamedTuple):
    pass_: Annotated[bool, Branch(of="model"), Doc("Good.")]
    metrics: Annotated[Metrics, Doc("Figures.")]


@step(title="Choose", category="Test", colour="decision", icon="Rule", summary=("size",), pure=False)
def choose(
    model: Annotated[Model, Doc("A model.")],
    tables: Annotated[list[Dataset], Doc("Several.")],
    extra: Annotated[Dataset | None, Doc("Perhaps.")] = None,
    size: Annotated[int, Param("Size", "How many.", ge=1, le=9)] = 3,
    name: Annotated[str, Param("Name", "What it is called.")] = "x",
    mode: Annotated[Literal["a", "b"] | None, Param("Mode", "Which.")] = None,
    rules: Annotated[tuple[Rule, ...], Param("Rules", "Per column.")] = (),
    ratio: Annotated[float, Param("Ratio", "A share.")] = 1.0,
) -> Chosen:
    """Chooses.

    In detail."""
    return Chosen(True, {})


def test_ports_come_from_the_signature() -> None:
    entry = catalog_entry(declaration(choose))
    assert entry["inputs"] == [
        {"name": "model", "type": "model", "required": True, "many": False, "doc": "A model."},
        {"name": "tables", "type": "dataset", "required": True, "many": True, "doc": "Several."},
        {"name": "extra", "type": "dataset", "required": False, "many": False, "doc": "Perhaps."},
    ]
    assert entry["outputs"] == [
        {"name": "pass", "type": "model", "branch": True, "passes": "model", "doc": "Good."},
        {"name": "metrics", "type": "metrics", "branch": False, "passes": None, "doc": "Figures."},
    ]
    assert (entry["doc"], entry["pure"], entry["summary"]) == ("Chooses.\n\nIn detail.", False, ["size"])


def test_parameters_become_a_flat_schema_with_null_as_a_second_type() -> None:
    properties = catalog_entry(declaration(choose))["params_schema"]["properties"]
    size = {"title": "Size", "description": "How many.", "type": "integer", "default": 3, "minimum": 1, "maximum": 9}
    assert properties["size"] == size
    assert properties["mode"]["type"] == ["string", "null"]
    assert properties["mode"]["enum"] == ["a", "b", None]
    item = properties["rules"]["items"]
    assert item["additionalProperties"] is False
    assert item["required"] == ["column"]
    assert item["properties"]["limit"]["type"] == ["number", "null"]


def test_the_entry_point_asks_for_required_ports_and_defaults_the_rest() -> None:
    point = entry_point(declaration(choose))
    assert point["parameters"]["model"] == {"type": "string"}
    assert point["parameters"]["extra"] == {"type": "string", "default": ""}
    assert point["parameters"]["rules"] == {"type": "string", "default": "[]"}
    assert "--size={size} --name={name}" in point["command"]
    assert "'" not in point["command"]


def test_texts_are_decoded_by_annotation() -> None:
    texts = {"size": "5", "name": "5", "mode": "", "rules": '[{"column":"a","limit":2}]', "ratio": "2"}
    assert parameters(declaration(choose), texts) == {
        "size": 5,
        "name": "5",
        "mode": None,
        "rules": (Rule(column="a", limit=2.0),),
        "ratio": 2.0,
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("size", "10", "parameter size: Input should be less than or equal to 9"),
        ("size", "true", "parameter size"),
        ("size", '"5"', "parameter size"),
        ("size", "", "parameter size: '' is not valid JSON"),
        ("ratio", "NaN", "parameter ratio"),
        ("mode", "c", "parameter mode: Input should be 'a' or 'b'"),
        ("rules", '[{"column":"a","more":1}]', "parameter rules.0.more: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_value_is_named_with_its_parameter(name: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match="parameter") as fault:
        parameters(declaration(choose), {name: text})
    assert said in str(fault.value)


def test_an_output_without_a_port_annotation_is_refused() -> None:
    class Loose(NamedTuple):
        data: Any

    def loose() -> Loose:
        return Loose(1)

    loose.__annotations__["return"] = Loose
    declared = step(title="Loose", category="Test", colour="generic", icon="X")(loose)
    with pytest.raises(TypeError, match="output data of step loose has no port annotation"):
        declaration(declared)
