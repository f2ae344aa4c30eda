"""A document goes through Python, JSON and YAML and comes back as it was."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus import DocumentTooNew, InvalidDocument, NoPipeline, NotFound, Pipeline
from octopus.catalog.templates import templates
from octopus.compiler.parse import parse
from tests.support.drawings import CATALOG
from tests.support.examples import examples
from tests.support.random_drawings import drawings

STEP_TYPES = [entry.step_type for entry in CATALOG.all()]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)


@given(drawings())
@examples(25)
def test_a_drawing_made_again_step_by_step_is_the_same_document(value: dict[str, Any]) -> None:
    wanted = parse(value)
    p = Pipeline("x", step_types=STEP_TYPES)
    p.name = wanted.name
    p.configure(max_parallel=wanted.settings.max_parallel)
    for step in wanted.steps:
        p.step(step.type, step.id, values=step.params, enabled=step.enabled)
    for edge in wanted.edges:
        p.connect(p[edge.source][edge.source_port], p[edge.target][edge.target_port], id=edge.id)
    assert p.document == wanted


@given(params=st.dictionaries(st.text(min_size=1), JSON, max_size=4), notes=WORDS, label=WORDS)
@examples(60)
def test_whatever_a_step_holds_survives_both_forms(params: dict[str, Any], notes: str, label: str) -> None:
    steps = [{"id": "a", "type": "some/where", "params": params, "notes": notes, "label": label}]
    try:
        p = Pipeline.of({"schema_version": 1, "name": "x", "steps": steps})
    except InvalidDocument:
        return
    assert Pipeline.from_json(p.to_json()) == p
    assert Pipeline.from_yaml(p.to_yaml()) == p
    assert Pipeline.of(p.to_dict()).document == parse(p.to_dict()) == p.document


@pytest.mark.parametrize("name", ["iris.json", "iris.yaml", "iris.yml", "iris"])
def test_what_was_saved_is_loaded(tmp_path: Path, name: str) -> None:
    for template in templates():
        p = Pipeline.of(template.document)
        assert Pipeline.load(p.save(tmp_path / name)) == p
        assert p.document == parse(template.document)


def test_a_template_that_is_not_there_is_answered_with_those_that_are() -> None:
    assert Pipeline.from_template() == Pipeline.of(next(iter(templates())).document)
    with pytest.raises(NotFound, match="there are iris_hello, quality_gate"):
        Pipeline.from_template("iris")


def test_a_step_of_a_type_that_is_not_known_here_is_kept_and_can_be_joined() -> None:
    p = Pipeline.of({"schema_version": 1, "name": "x", "steps": [{"id": "a", "type": "mine/own"}]})
    load = p.step("ingest")
    p.connect(load["data"], p["a"]["anything"])
    assert [(edge.source, edge.target_port) for edge in p.edges] == [("ingest", "anything")]
    assert [problem.code for problem in p.validate()] == ["unknown_step_type"]


def references(each: str) -> str:
    """Nine lines, of which each means the one before it ten times."""
    lines = [f"a{n}: &a{n} {each.format(', '.join([f'*a{n - 1}'] * 10))}" for n in range(1, 10)]
    return "\n".join(["a0: &a0 {x: y}", *lines])


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.json", "{", "a.json is not JSON: line 1"),
        ("a.yaml", "a: [1", "a.yaml is not YAML"),
        ("a.yaml", "- 1", "a.yaml holds no pipeline"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.yaml", "a: &a [*a]", "references stand for more"),
        ("a.yaml", references("[{}]"), "references stand for more"),
        ("a.yaml", references("{{<<: [{}]}}"), "references stand for more"),
    ],
)
def test_a_file_that_is_no_pipeline_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(NoPipeline, match=says):
        Pipeline.load(tmp_path / name)


def test_references_of_a_file_are_followed(tmp_path: Path) -> None:
    step = "{type: ingest, params: &same {bundled: iris}}"
    text = f"schema_version: 1\nname: x\nsteps: [{{id: a, <<: {step}}}, {{id: b, type: ingest, params: *same}}]"
    (tmp_path / "a.yaml").write_text(text)
    assert [step.params for step in Pipeline.load(tmp_path / "a.yaml").document.steps] == [{"bundled": "iris"}] * 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoPipeline, match=r"nosuch\.json cannot be read"):
        Pipeline.load(tmp_path / "nosuch.json")


def test_a_faulty_document_is_refused_as_the_server_refuses_it() -> None:
    with pytest.raises(InvalidDocument) as refused:
        Pipeline.of({"schema_version": 1, "name": "x", "steps": [{"id": "a"}], "nonsense": 1})
    assert {problem.pointer for problem in refused.value.problems} == {"/steps/0/type", "/nonsense"}
    with pytest.raises(DocumentTooNew):
        Pipeline.of({"schema_version": 99, "name": "x"})
