"""Random drawings without problems (branches, joins, optional and `after` edges, disabled steps) and their acts."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.support.drawings import CATALOG, Json, drawing, step
from tests.support.play import Act

MOST_STEPS = 9
_OUTCOMES = ("succeeded", "succeeded", "succeeded", "failed", "timed_out", "lost")
_STARTING = ("source", "maybe", "gather")
_FOLLOWING = ("pass_on", "maybe", "gather", "join", "choose", "source")


@dataclass(frozen=True)
class Example:
    value: Json
    acts: dict[str, Act]


def outputs_of(type_id: str) -> list[str]:
    entry = CATALOG.get(type_id)
    assert entry is not None
    return [port.name for port in entry.step_type.outputs]


@st.composite
def drawings(draw: st.DrawFn) -> Json:
    """A document as JSON whose edges all lead forward; every output is a data set."""
    count = draw(st.integers(1, MOST_STEPS))
    steps: list[Json] = []
    edges: list[Json] = []
    for index in range(count):
        earlier = [(one["id"], name) for one in steps for name in outputs_of(one["type"])]
        type_id = draw(st.sampled_from(_FOLLOWING if earlier else _STARTING))
        new = step(f"s{index}", type_id, enabled=draw(st.integers(0, 5)) > 0)
        steps.append(new)
        edges += _edges_into(draw, new, earlier)
    order = draw(st.permutations(edges))
    shuffled = draw(st.permutations(steps))
    if all(not one["enabled"] for one in shuffled):
        shuffled[0]["enabled"] = True
    max_parallel = draw(st.sampled_from([None, 1, 2]))
    return drawing(list(shuffled), list(order), settings={"max_parallel": max_parallel})


def _edges_into(draw: st.DrawFn, new: Json, earlier: list[tuple[str, str]]) -> list[Json]:
    if not earlier:
        return []
    least, most = {"pass_on": (1, 1), "choose": (1, 1), "maybe": (0, 1), "join": (1, 3), "gather": (0, 3)}.get(
        new["type"], (0, 0)
    )
    ports = st.lists(st.sampled_from(earlier), unique=True)
    data = draw(st.lists(st.sampled_from(earlier), unique=True, min_size=least, max_size=most)) if most else []
    after = draw(ports.map(lambda chosen: chosen[:2])) if draw(st.integers(0, 3)) == 0 else []
    return [_edge(source, new["id"], "data") for source in data] + [
        _edge(source, new["id"], "after") for source in after
    ]


def _edge(source: tuple[str, str], target: str, port: str) -> Json:
    return {"source": source[0], "source_port": source[1], "target": target, "target_port": port}


@st.composite
def runs(draw: st.DrawFn) -> Example:
    """A drawing with an act for every step: how it ends, which branches it chooses."""
    value = draw(drawings())
    acts = {}
    for one in value["steps"]:
        emits = frozenset(name for name in outputs_of(one["type"]) if one["type"] != "choose" or draw(st.booleans()))
        acts[one["id"]] = Act(emits=emits, outcome=draw(st.sampled_from(_OUTCOMES)))
    return Example(value, acts)
