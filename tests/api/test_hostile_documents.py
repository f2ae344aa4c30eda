"""Documents that people, programs and attackers get wrong: a clear refusal, nothing stored, never a 500."""

import json

import pytest

from tests.api.world import Json, World, document, pointers, problem_of, step

JSON = {"Content-Type": "application/json"}
DOORS = ("/api/pipelines", "/api/validate", "/api/plan", "/api/runs")


def wrapped(door: str, value: object) -> object:
    return value if door == "/api/validate" else {"document": value}


def raw(world: World, door: str, text: str | bytes) -> Json:
    """The answer's problem, for a document given as text."""
    content = text.encode() if isinstance(text, str) else text
    body = content if door == "/api/validate" else b'{"document": ' + content + b"}"
    return problem_of(world.client.post(door, content=body, headers=JSON), 400)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_are_not_finite_are_refused(world: World, door: str, number: str) -> None:
    raw(
        world,
        door,
        '{"schema_version": 1, "name": "x", "steps": [{"id": "a", "type": "b", "params": {"p": ' + number + "}}]}",
    )


def test_minus_zero_is_a_number_like_any_other(world: World) -> None:
    text = '{"schema_version": 1, "name": "x", "steps": [{"id": "a", "type": "b", "position": {"x": -0.0, "y": -0}}]}'
    assert world.client.post("/api/validate", content=text, headers=JSON).status_code == 200


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("depth", [65, 300, 5_000, 100_000])
def test_deep_nesting_is_refused(world: World, door: str, depth: int) -> None:
    assert "nested" in raw(world, door, "[" * depth + "]" * depth)["detail"]
    raw(world, door, '{"a":' * depth + "1" + "}" * depth)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a", "name": "b"}',
        '{"__proto__": {"polluted": true}}',
        '{"steps": [{"constructor": 1}]}',
        '{"a": {"b": {"prototype": 1}}}',
        r'{"name": "\ud800"}',
        r'{"\udfff": 1}',
        "{",
        "",
        "nonsense",
        "{'a': 1}",
        '{"a": 1,}',
        b'{"a": "\xff"}',
        "1" * 5000,
    ],
)
def test_what_another_reader_would_understand_differently_is_refused(
    world: World, door: str, text: str | bytes
) -> None:
    if not text and door == "/api/validate":
        assert world.client.post(door, content=b"", headers=JSON).status_code == 422
    else:
        raw(world, door, text)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "value", [None, 1, "text", [], {}, {"schema_version": 1}, {"schema_version": "1", "name": "x"}]
)
def test_what_is_no_document_is_refused(world: World, door: str, value: object) -> None:
    assert problem_of(world.post(door, wrapped(door, value)), 422)["detail"]


@pytest.mark.parametrize("door", DOORS)
def test_a_large_drawing_is_refused_before_its_steps_are_looked_at(world: World, door: str) -> None:
    steps = [{"id": number, "type": None, "nonsense": []} for number in range(10_000)]
    sent = {**document(), "steps": steps, "edges": [5]}
    assert pointers(problem_of(world.post(door, wrapped(door, sent)), 422)) == ["/steps"]


def test_the_limit_of_steps_is_a_setting(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.api.world import open_world

    with open_world(tmp_path_factory.mktemp("limited"), max_document_steps=2) as world:
        assert world.post("/api/validate", document(step("a"), step("b"))).status_code == 200
        problem_of(world.post("/api/validate", document(step("a"), step("b"), step("c"))), 422)


@pytest.mark.parametrize("door", DOORS)
def test_a_body_over_the_limit_is_refused(world: World, door: str) -> None:
    body = b'{"name": "' + b"x" * (9 * 1024 * 1024) + b'"}'
    assert problem_of(world.client.post(door, content=body, headers=JSON), 413)["code"] == "payload_too_large"

    def in_pieces() -> object:
        for _ in range(100):
            yield b" " * 1024 * 1024

    problem_of(world.client.post(door, content=in_pieces(), headers=JSON), 413)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity"])
def test_a_compressed_body_is_refused_unread(world: World, encoding: str) -> None:
    answer = world.client.post("/api/validate", content=b"\x1f\x8b", headers={**JSON, "Content-Encoding": encoding})
    problem_of(answer, 415)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("x" * 200, 201),
        ("x" * 201, 422),
        ("", 422),
        ("   ", 422),
        ("..", 201),
        ("CON", 201),
        ("../../etc/passwd", 201),
        ("🐙 Krake", 201),
        ("evil\u202egnp", 201),
        ("zero\u200bwidth", 201),
        ("nul\0", 422),
        ("bell\x07", 422),
        ("c1\x85", 422),
        ("line\nbreak", 422),
        ("<img src=x onerror=alert(1)>", 201),
    ],
)
def test_names_are_text_and_never_paths(world: World, name: str, status: int) -> None:
    answer = world.post("/api/pipelines", {"document": document(name=name)})
    assert answer.status_code == status, answer.text
    if status == 201:
        assert answer.json()["name"] == name
    else:
        assert "/name" in pointers(answer.json())


def test_unknown_fields_are_refused_where_they_stand(world: World) -> None:
    wrong = document(step("a", extra=1), surplus=True)
    assert set(pointers(problem_of(world.post("/api/validate", wrong), 422))) == {"/steps/0/extra", "/surplus"}


def test_a_document_of_a_newer_octopus_says_so(world: World) -> None:
    assert (
        "newer octopus" in problem_of(world.post("/api/validate", {**document(), "schema_version": 2}), 409)["detail"]
    )


def test_an_empty_drawing_is_saved_and_does_not_run(world: World) -> None:
    saved = world.save(document(name="Empty"))
    codes = [one["code"] for one in problem_of(world.post("/api/runs", {"pipeline_id": saved["id"]}), 422)["problems"]]
    assert codes == ["nothing_to_run"]


def test_problems_never_repeat_what_was_sent(world: World) -> None:
    secret = "s3cr3t-value-of-somebody"
    answer = world.post("/api/runs", {"document": document(), "backend": secret, "scope": {"mode": secret}})
    problem_of(answer, 422)
    assert secret not in json.dumps(answer.json())
