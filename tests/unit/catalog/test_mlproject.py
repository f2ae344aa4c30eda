"""A foreign MLproject file becomes entries of the catalog, or says exactly what is wrong with it and where."""

import json
from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.mlproject.findings import ProjectFault
from octopus.catalog.mlproject.read import Mlproject, mlproject_file, read_mlproject
from octopus.catalog.step_type import CatalogEntry, Place, ProjectEnvironment
from octopus.domain.errors import InvalidProject

Json = dict[str, Any]


def read(folder: Path, text: str | bytes) -> Mlproject:
    return read_mlproject(text if isinstance(text, bytes) else text.encode(), folder)


def entry(folder: Path, **declared: Any) -> CatalogEntry:
    """The only entry point of a project, `demo/main`."""
    return read(folder, project(main={"command": "true", **declared})).entries[0]


def project(**entry_points: Any) -> str:
    return json.dumps({"name": "demo", "entry_points": entry_points})


def faults(folder: Path, text: str | bytes) -> list[tuple[str, str]]:
    """(code, pointer) of every error."""
    with pytest.raises(InvalidProject) as caught:
        read(folder, text)
    assert caught.value.problems
    assert all(problem.message for problem in caught.value.problems)
    return [(problem.code, problem.pointer) for problem in caught.value.problems]


def entry_faults(folder: Path, **declared: Any) -> list[tuple[str, str]]:
    """With pointers below the entry point."""
    found = faults(folder, project(main={"command": "true", **declared}))
    return [(code, pointer.removeprefix("/entry_points/main")) for code, pointer in found]


def test_types_and_defaults_become_a_form_in_the_words_of_the_built_in_steps(tmp_path: Path) -> None:
    step_type = entry(
        tmp_path,
        parameters={
            "text": "string",
            "word": {"default": "a b"},
            "share": {"type": "float", "default": "1e-3"},
            "count": {"type": "int", "default": 3},
            "limit": {"type": "int", "default": ""},
            "shuffle": {"type": "bool", "default": True},
            "since": {"type": "string", "default": 7},
        },
    ).step_type
    schema: Json = step_type.params_schema
    assert schema["required"] == ["text"]
    assert schema["additionalProperties"] is False
    fields = {name: {k: v for k, v in field.items() if k != "title"} for name, field in schema["properties"].items()}
    assert fields == {
        "text": {"type": "string"},
        "word": {"type": "string", "default": "a b"},
        "share": {"type": "number", "default": 0.001},
        "count": {"type": "integer", "default": 3},
        "limit": {"type": ["integer", "null"], "default": None},
        "shuffle": {"type": "string", "enum": ["True", "False"], "default": "True"},
        "since": {"type": "string", "default": "7"},
    }
    assert (step_type.id, step_type.title, step_type.category) == ("demo/main", "Main", "demo")


def test_without_a_section_path_and_uri_are_ports_and_fields_and_the_output_is_what_was_logged(tmp_path: Path) -> None:
    found = entry(
        tmp_path,
        parameters={"data": "path", "source": {"type": "uri", "default": "s3://a/b"}, "Out-Dir": "path", "n": "int"},
        command="python x.py {data} {source} {Out-Dir} {n}",
    )
    ports = [(port.name, port.type, port.required, port.many) for port in found.step_type.inputs]
    assert ports == [("data", "any", False, False), ("source", "any", False, False)]
    assert [(port.name, port.type) for port in found.step_type.outputs] == [("artifacts", "any")]
    schema: Json = found.step_type.params_schema
    assert list(schema["properties"]) == ["data", "source", "Out-Dir", "n"]
    assert schema["required"] == ["data", "Out-Dir", "n"]
    assert schema["properties"]["data"]["x-octopus-data"] is True
    point = found.entry_point
    assert (point.project_dir, point.name, point.is_foreign) == (str(tmp_path), "main", True)
    assert (point.uri_ports, point.artifacts_port) == (("source",), "artifacts")
    assert point.command == "python x.py {data} {source} {Out-Dir} {n}"
    roots = (str(tmp_path),)
    assert found.places[:2] == (
        Place(parameter="data", kind="path", base=str(tmp_path), roots=roots),
        Place(parameter="source", kind="uri", base=str(tmp_path), roots=roots),
    )


def test_a_section_names_ports_texts_and_choices(tmp_path: Path) -> None:
    found = entry(
        tmp_path,
        parameters={
            "tables": "string",
            "model": {"type": "path", "default": ""},
            "where": "path",
            "mode": {"type": "string", "default": "fast"},
            "depth": {"type": "int", "default": 3},
        },
        octopus={
            "title": "Grow",
            "category": "Trees",
            "doc": "Grows trees.",
            "colour": "model",
            "icon": "Transform",
            "inputs": [{"name": "tables", "type": "dataset", "many": True}, {"name": "model", "type": "model"}],
            "outputs": [
                {"name": "yes", "type": "model", "branch": True, "passes": "model"},
                {"name": "report", "type": "report", "doc": "What happened."},
            ],
            "params": {
                "mode": {"title": "How", "enum": ["fast", "exact"], "help": "Exact is slow."},
                "depth": {"minimum": 1, "maximum": 9, "widget": "slider"},
            },
            "pure": False,
            "reuse": False,
        },
    )
    step_type = found.step_type
    assert (step_type.title, step_type.category, step_type.doc) == ("Grow", "Trees", "Grows trees.")
    assert (step_type.colour, step_type.icon, step_type.pure, step_type.reuse) == ("model", "Transform", False, False)
    inputs = [(port.name, port.type, port.required, port.many) for port in step_type.inputs]
    assert inputs == [("tables", "dataset", True, True), ("model", "model", False, False)]
    outputs = [(port.name, port.type, port.branch, port.passes) for port in step_type.outputs]
    assert outputs == [("yes", "model", True, "model"), ("report", "report", False, None)]
    schema: Json = step_type.params_schema
    assert list(schema["properties"]) == ["where", "mode", "depth"]
    assert schema["properties"]["mode"] == {
        "type": "string",
        "title": "How",
        "description": "Exact is slow.",
        "enum": ["fast", "exact"],
        "default": "fast",
    }
    assert schema["properties"]["depth"] == {
        "type": "integer",
        "title": "Depth",
        "x-widget": "slider",
        "minimum": 1,
        "maximum": 9,
        "default": 3,
    }
    assert found.entry_point.artifacts_port is None
    assert [place.parameter for place in found.places] == ["where"]


def test_a_section_without_ports_leaves_them_as_they_would_be_without_it(tmp_path: Path) -> None:
    plain = entry(tmp_path, parameters={"data": "path"})
    titled = entry(tmp_path, parameters={"data": "path"}, octopus={"title": "Titled"})
    assert titled.step_type.inputs == plain.step_type.inputs
    assert titled.step_type.outputs == plain.step_type.outputs
    assert titled.step_type.params_schema == plain.step_type.params_schema


def test_what_may_surprise_is_a_warning_and_keeps_nothing_from_running(tmp_path: Path) -> None:
    (tmp_path / "python_env.yaml").write_text("python: '3.9'\n")
    found = read(
        tmp_path,
        project(
            main={
                "parameters": {"a": "tensor", "b": {"type": "float", "default": "auto"}},
                "command": "run {a} {b}",
                "octopus": {"env_manager": "local"},
            }
        ),
    )
    assert [(one.severity, one.code, one.pointer) for one in found.warnings] == [
        ("warning", "unknown_type", "/entry_points/main/parameters/a/type"),
        ("warning", "invalid_default", "/entry_points/main/parameters/b/default"),
        ("warning", "environment_not_built", "/entry_points/main/octopus/env_manager"),
    ]
    schema: Json = found.entries[0].step_type.params_schema
    assert [field["type"] for field in schema["properties"].values()] == ["string", "string"]


def test_a_file_without_a_name_is_named_like_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "iris"
    folder.mkdir()
    assert read(folder, "entry_points: {main: {command: 'true'}}").entries[0].step_type.id == "iris/main"
    spaced = tmp_path / "my project"
    spaced.mkdir()
    assert faults(spaced, "entry_points: {main: {command: 'true'}}") == [("invalid_name", "/name")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [", "invalid_yaml"),
        ("a: 1\na: 2", "invalid_yaml"),
        ("a: {b: 1, b: 2}", "invalid_yaml"),
        (b"\xff\xfe", "invalid_yaml"),
        ("a: \0", "invalid_yaml"),
        ("a: !!python/object/apply:os.system [id]", "invalid_yaml"),
        ("a: &a [x]\nb: [*a, *a]", "invalid_yaml"),
        ("a: " + "9" * 5000, "invalid_yaml"),
        ("--- 1\n--- 2\n", "invalid_yaml"),
        ("[" * 200 + "]" * 200, "invalid_yaml"),
        ("name: " + "x" * 300_000, "over_limit"),
        ("", "wrong_shape"),
        ("just text", "wrong_shape"),
    ],
)
def test_what_is_not_safe_yaml_is_refused_before_anything_is_built(
    tmp_path: Path, text: str | bytes, code: str
) -> None:
    assert faults(tmp_path, text) == [(code, "")]


def test_a_thousand_million_laughs_are_refused_at_the_first(tmp_path: Path) -> None:
    lines = ["l0: &l0 [ha, ha]"] + [f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}, *l{n - 1}]" for n in range(1, 30)]
    with pytest.raises(InvalidProject, match=r"line 2.*aliases"):
        read(tmp_path, "\n".join(lines))


def test_every_fault_of_a_file_is_listed_with_its_place(tmp_path: Path) -> None:
    text = """
name: a project
docker_env: {image: x}
entry_points:
  1: {command: "true"}
  a/b: {command: "true"}
  nothing:
  silent: {parameters: {a: string}}
  listed: {parameters: [a], command: "true"}
  "; rm -rf /": {command: "true"}
"""
    assert faults(tmp_path, text) == [
        ("invalid_name", "/name"),
        ("unsupported_environment", "/docker_env"),
        ("invalid_name", "/entry_points/1"),
        ("invalid_name", "/entry_points/a~1b"),
        ("wrong_shape", "/entry_points/nothing"),
        ("wrong_shape", "/entry_points/silent/command"),
        ("wrong_shape", "/entry_points/listed/parameters"),
        ("invalid_name", "/entry_points/; rm -rf ~1"),
    ]


@pytest.mark.parametrize("entry_points", [None, {}])
def test_a_project_without_entry_points_is_refused(tmp_path: Path, entry_points: object) -> None:
    text = json.dumps({"name": "demo", "entry_points": entry_points})
    assert faults(tmp_path, text) == [("no_entry_points", "/entry_points")]


def test_an_environment_that_octopus_cannot_give_is_refused(tmp_path: Path) -> None:
    base = {"name": "demo", "entry_points": {"main": {"command": "true"}}}
    assert faults(tmp_path, json.dumps({**base, "conda_env": "nope.yaml"})) == [("wrong_shape", "/conda_env")]
    both = {**base, "conda_env": "c.yaml", "python_env": "p.yaml"}
    for name in ("c.yaml", "p.yaml"):
        (tmp_path / name).write_text("")
    assert faults(tmp_path, json.dumps(both)) == [("unsupported_environment", "/conda_env")]
    assert faults(tmp_path, json.dumps({**base, "databricks_spark_job": {}})) == [
        ("unsupported_environment", "/databricks_spark_job")
    ]


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"parameters": {"-x": "string"}}, ("invalid_name", "/parameters/-x")),
        ({"parameters": {"a b": "string"}}, ("invalid_name", "/parameters/a b")),
        ({"parameters": {"x" * 65: "string"}}, ("invalid_name", "/parameters/" + "x" * 65)),
        ({"parameters": {"a": ["string"]}}, ("wrong_shape", "/parameters/a")),
        ({"parameters": {"a": {"default": [1]}}}, ("invalid_default", "/parameters/a/default")),
        ({"octopus": {"titel": "x"}}, ("unknown_field", "/octopus/titel")),
        ({"octopus": {"pure": "no"}}, ("wrong_shape", "/octopus/pure")),
        ({"octopus": ["x"]}, ("wrong_shape", "/octopus")),
        ({"octopus": {"inputs": [{"name": "data", "typ": "any"}]}}, ("unknown_field", "/octopus/inputs/0/typ")),
        ({"octopus": {"inputs": [{"name": "data", "type": "table"}]}}, ("wrong_shape", "/octopus/inputs/0/type")),
        ({"octopus": {"inputs": [{"name": "Data"}]}}, ("wrong_shape", "/octopus/inputs/0/name")),
        ({"octopus": {"inputs": [{"name": "data"}]}}, ("invalid_port", "/octopus/inputs/0")),
        ({"octopus": {"params": {"a": {}}}}, ("unknown_field", "/octopus/params/a")),
        ({"octopus": {"outputs": [{"name": "a"}, {"name": "a"}]}}, ("invalid_port", "/octopus/outputs/1")),
        (
            {"octopus": {"outputs": [{"name": "a", "branch": True, "passes": "b"}]}},
            ("invalid_port", "/octopus/outputs/0/passes"),
        ),
        (
            {"parameters": {"a": "path"}, "octopus": {"inputs": [{"name": "a", "many": True}]}},
            ("invalid_port", "/octopus/inputs/0"),
        ),
        (
            {"parameters": {"after": "path"}, "octopus": {"inputs": [{"name": "after"}]}},
            ("invalid_port", "/octopus/inputs/0"),
        ),
        (
            {"parameters": {"a": "int"}, "octopus": {"inputs": [{"name": "a"}]}},
            ("invalid_port", "/octopus/inputs/0"),
        ),
        (
            {"parameters": {"a": "string"}, "octopus": {"params": {"a": {"minimum": 1}}}},
            ("wrong_shape", "/octopus/params/a/minimum"),
        ),
        (
            {"parameters": {"a": "int"}, "octopus": {"params": {"a": {"enum": [1, "2"]}}}},
            ("wrong_shape", "/octopus/params/a/enum"),
        ),
        (
            {"parameters": {"a": {"default": "x"}}, "octopus": {"params": {"a": {"enum": ["y"]}}}},
            ("invalid_default", "/octopus/params/a/enum"),
        ),
        (
            {"parameters": {"a": {"type": "int", "default": 5}}, "octopus": {"params": {"a": {"maximum": 4}}}},
            ("invalid_default", "/octopus/params/a"),
        ),
    ],
)
def test_a_fault_of_an_entry_point_is_pinned(tmp_path: Path, declared: Json, fault: tuple[str, str]) -> None:
    assert entry_faults(tmp_path, **declared) == [fault]


def test_a_default_is_a_finite_number(tmp_path: Path) -> None:
    text = "name: d\nentry_points: {main: {command: 'true', parameters: {a: {type: float, default: .nan}}}}"
    assert faults(tmp_path, text) == [("invalid_default", "/entry_points/main/parameters/a/default")]


def test_no_more_entry_points_or_parameters_than_a_person_can_read(tmp_path: Path) -> None:
    many = {f"e{n}": {"command": "true"} for n in range(201)}
    assert faults(tmp_path, project(**many)) == [("over_limit", "/entry_points")]
    long = {"parameters": {f"p{n}": "string" for n in range(201)}}
    assert entry_faults(tmp_path, **long) == [("over_limit", "/parameters")]


def test_the_file_is_found_in_any_case_but_not_if_there_are_several(tmp_path: Path) -> None:
    assert mlproject_file(tmp_path) is None
    (tmp_path / "mlProject").write_text("")
    assert mlproject_file(tmp_path) == tmp_path / "mlProject"
    (tmp_path / "MLproject").write_text("")
    assert mlproject_file(tmp_path) is None


def test_every_code_is_explained_on_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "projects.md").read_text(encoding="utf-8")
    assert [code for code in ProjectFault if f"| `{code}` |" not in page] == []


def environment_of(folder: Path, manager: str | None = None, **declared: Any) -> ProjectEnvironment | None:
    section = {} if manager is None else {"octopus": {"env_manager": manager}}
    text = json.dumps({"name": "demo", **declared, "entry_points": {"main": {"command": "true", **section}}})
    return read(folder, text).entries[0].entry_point.environment


def test_an_environment_is_the_one_that_mlflow_would_take(tmp_path: Path) -> None:
    assert environment_of(tmp_path) is None
    (tmp_path / "conda.yaml").write_text("")
    assert environment_of(tmp_path) == ProjectEnvironment(kind="conda_env", file="conda.yaml")
    (tmp_path / "python_env.yaml").write_text("")
    assert environment_of(tmp_path) == ProjectEnvironment(kind="python_env", file="python_env.yaml")
    (tmp_path / "mine.yaml").write_text("")
    assert environment_of(tmp_path, conda_env="mine.yaml") == ProjectEnvironment(kind="conda_env", file="mine.yaml")


def test_an_entry_point_may_choose_what_builds_its_environment_or_that_nothing_does(tmp_path: Path) -> None:
    assert environment_of(tmp_path, "local") is None
    assert environment_of(tmp_path, "uv") == ProjectEnvironment(manager="uv")
    (tmp_path / "python_env.yaml").write_text("")
    assert environment_of(tmp_path, "local") is None
    assert environment_of(tmp_path, "virtualenv") == ProjectEnvironment(file="python_env.yaml", manager="virtualenv")


def test_conda_has_nothing_to_build_from_a_python_env(tmp_path: Path) -> None:
    section = {"octopus": {"env_manager": "conda"}}
    assert entry_faults(tmp_path, **section) == [("unsupported_environment", "/octopus/env_manager")]
    (tmp_path / "python_env.yaml").write_text("")
    assert entry_faults(tmp_path, **section) == [("unsupported_environment", "/octopus/env_manager")]
    assert entry_faults(tmp_path, octopus={"env_manager": "poetry"}) == [("wrong_shape", "/octopus/env_manager")]


def test_an_environment_is_declared_in_the_projects_own_folder(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (tmp_path / "outside.yaml").write_text("")
    text = json.dumps({"python_env": "../outside.yaml", "entry_points": {"main": {"command": "true"}}})
    assert faults(folder, text) == [("wrong_shape", "/python_env")]
