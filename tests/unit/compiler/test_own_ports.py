"""Steps whose ports come from a function of the user's, seen by the compiler."""

from collections.abc import Mapping
from typing import Any

from octopus.catalog.catalog import built_in_catalog
from octopus.compiler.argv import mlflow_argv, planned_bindings
from octopus.compiler.check import check, examine
from octopus.compiler.compile import compile_plan
from octopus.compiler.final_params import final_params
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.plan import MetricReference, Plan
from octopus.domain.pipeline import PipelineDocument
from octopus.execution.reuse.fingerprints import fingerprint
from tests.support.drawings import document as drawn_document
from tests.support.drawings import edge, step

CATALOG = built_in_catalog()
MACHINE = MachineSize(cpus=2)
Json = dict[str, Any]

PARTS = "from typing import NamedTuple\nclass Parts(NamedTuple):\n    left: 'pd.DataFrame'\n    right: dict\n"
MAKE = f"{PARTS}def run() -> Parts: ..."
TAKE = "def run(table: 'pd.DataFrame', facts, limit: int, *rest): ..."


def drawn(take: Json, *edges: str, make: Json | None = None, **more: Any) -> PipelineDocument:
    """Steps `make` and `take` with these parameters, and edges like `make.left -> take.table`."""
    steps = [step("make", "python", **({"code": MAKE} if make is None else make)), step("take", "python", **take)]
    return drawn_document(steps, [edge(ends) for ends in edges], **more)


def problems(document: PipelineDocument) -> list[tuple[str, str]]:
    return [(found.code, found.pointer) for found in check(document, CATALOG, MACHINE)]


def planned(document: PipelineDocument) -> Plan:
    return compile_plan(document, CATALOG, MACHINE)


WIRED = ("make.left -> take.table", "make.right -> take.facts")


def test_edges_end_at_the_parameters_and_begin_at_the_fields() -> None:
    document = drawn({"code": TAKE, "arguments": {"limit": 5}}, *WIRED)
    assert problems(document) == []
    take = planned(document).steps[1]
    assert [(port.name, port.type, port.required, port.many, port.edges) for port in take.inputs] == [
        ("table", "dataset", True, False, ("e1",)),
        ("facts", "any", True, False, ("e2",)),
        ("rest", "any", False, True, ()),
        ("after", "any", False, True, ()),
    ]


def test_each_port_is_a_parameter_of_the_mlflow_run() -> None:
    document = drawn({"code": TAKE, "arguments": {"limit": 5}}, *WIRED, "make.right -> take.rest")
    plan = planned(document)
    sources = {edge.id: (edge.source, edge.source_port) for edge in plan.edges}
    argv = mlflow_argv(plan.steps[1], planned_bindings(plan.steps[1], sources))
    assert argv[argv.index("-P") :: 2] == ["-P"] * 6
    assert argv[argv.index("-P") + 1 :: 2] == [
        "table=<out:make.left>",
        "facts=<out:make.right>",
        'rest=["<out:make.right>"]',
        f"code={TAKE}",
        "file=",
        'arguments={"limit":5}',
    ]


def test_an_edge_to_a_port_that_the_function_has_no_longer_is_a_problem() -> None:
    document = drawn({"code": "def run(other=None): ..."}, *WIRED)
    found = check(document, CATALOG, MACHINE)
    assert [(one.code, one.pointer, one.port) for one in found] == [
        ("unknown_port", "/edges/0/target_port", "table"),
        ("unknown_port", "/edges/1/target_port", "facts"),
    ]
    assert found[0].message == "`take` has no input port `table`; it has `other`, `after`."


def test_types_in_annotations_are_checked() -> None:
    make = {"code": "def run() -> 'pd.DataFrame': ..."}
    document = drawn({"code": "def run(model: 'BaseEstimator'): ..."}, "make.output -> take.model", make=make)
    assert problems(document) == [("port_type_mismatch", "/edges/0")]


def test_code_that_cannot_be_read_is_the_only_problem_of_its_step() -> None:
    document = drawn({"code": "x = 1\ndef run(:"}, *WIRED)
    found = check(document, CATALOG, MACHINE)
    assert [(one.code, one.pointer, one.step_id) for one in found] == [("invalid_code", "/steps/1/params/code", "take")]
    assert found[0].message == "The code is not valid Python: invalid syntax. Line 2."


def test_a_missing_argument_is_pinned_to_it() -> None:
    where = ("missing_argument", "/steps/1/params/arguments/limit")
    assert problems(drawn({"code": TAKE}, *WIRED)) == [where]
    assert problems(drawn({"code": TAKE, "arguments": {}}, *WIRED)) == [where]
    everything = {"all": {"type": "object", "default": {"limit": 2}}}
    assert problems(drawn({"code": TAKE, "arguments": "${params.all}"}, *WIRED, parameters=everything)) == []


def test_arguments_are_checked_against_their_annotations() -> None:
    wrong = {"code": TAKE, "arguments": {"limit": "five", "limits": 1}}
    assert problems(drawn(wrong, *WIRED)) == [
        ("invalid_parameter", "/steps/1/params/arguments"),
        ("invalid_parameter", "/steps/1/params/arguments/limit"),
    ]
    referred = {"code": TAKE, "arguments": {"limit": "${params.n}"}}
    assert problems(drawn(referred, *WIRED, parameters={"n": {"type": "int", "default": 3}})) == []
    assert problems(drawn(referred, *WIRED, parameters={"n": {"type": "string", "default": "3"}})) == [
        ("invalid_parameter", "/steps/1/params/arguments/limit")
    ]


def test_what_looks_like_a_reference_in_code_is_the_users_own_text() -> None:
    code = "def run():\n    return '${params.nowhere} ${HOME} $${x}'"
    document = drawn({"code": code})
    assert {code for code, _ in problems(document)} == {"disconnected_step"}
    assert planned(document).steps[1].params["code"] == code


def test_code_stays_as_it_is_beside_a_metric_that_is_filled_in() -> None:
    code = "def run(x: float, table): return '${steps.make.metrics.m} $${x}'"
    document = drawn({"code": code, "arguments": {"x": "${steps.make.metrics.m}"}}, "make.left -> take.table")
    assert problems(document) == []
    take = planned(document).steps[1]
    metric = MetricReference("make", "m")
    assert take.references == (metric,)
    assert final_params(take, {metric: 0.5}) == {"code": code, "file": None, "arguments": {"x": 0.5}}


def test_the_function_its_arguments_and_what_arrives_decide_about_reuse() -> None:
    def parts(code: str, limit: int) -> Mapping[str, str]:
        take = {"code": code, "arguments": {"limit": limit}}
        return fingerprint(planned(drawn(take, *WIRED)).steps[1], {"table": ("a",), "facts": ("b",)}, {}).parts

    def changed(code: str, limit: int) -> set[str]:
        before, now = parts(TAKE, 1), parts(code, limit)
        return {name for name in before if before[name] != now[name]}

    assert {"input:table", "input:facts", "input:rest"} < set(parts(TAKE, 1))
    assert changed(TAKE, 1) == set()
    assert changed(TAKE, 2) == {"parameter:arguments"}
    assert changed(f"{TAKE}\n", 1) == {"parameter:code"}


def test_the_editor_learns_the_ports_and_arguments_of_each_such_step() -> None:
    examined = examine(drawn({"code": TAKE}, *WIRED), CATALOG, MACHINE)
    assert list(examined.ports) == ["make", "take"]
    assert [port.name for port in examined.ports["make"].outputs] == ["left", "right"]
    assert [port.name for port in examined.ports["take"].inputs] == ["table", "facts", "rest"]
    assert examined.ports["take"].arguments["properties"] == {"limit": {"type": "integer"}}
    assert examined.ports["take"].is_known


def test_of_code_that_cannot_be_read_it_learns_the_ends_of_the_edges() -> None:
    document = drawn({"code": "def run(:"}, *WIRED, "make.left -> take.after", make={"code": ""})
    ports = examine(document, CATALOG, MACHINE).ports
    assert [port.name for port in ports["make"].outputs] == ["left", "right"]
    assert [port.name for port in ports["take"].inputs] == ["table", "facts"]
    assert (ports["make"].is_known, ports["take"].is_known) == (False, False)


def test_a_document_of_before_means_what_it_meant() -> None:
    loop = "def run(*inputs):\n    return inputs"
    assert problems(drawn({"code": loop}, "make.output -> take.inputs", make={})) == []
