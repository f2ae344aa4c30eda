"""Building: a pipeline document put together in Python, step by step and edge by edge."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import JsonValue

from octopus.catalog.step_type import StepType
from octopus.compiler.wording import did_you_mean, names
from octopus.domain.errors import UnknownName
from octopus.domain.pipeline import Edge, Parameter, PipelineDocument, Policy, Position, Step
from octopus.domain.ports import AFTER
from octopus.sdk.built_in import BuiltIn
from octopus.sdk.choosing import End, chosen_ports
from octopus.sdk.drafting import Draft
from octopus.sdk.known_types import KnownTypes
from octopus.sdk.reference import Reference
from octopus.sdk.sorting import sorted_out, unknown_value
from octopus.sdk.step import Port, StepHandle
from octopus.sdk.step_values import json_value

OnLimit = Literal["fail", "continue"]
_PARAMETER_TYPES: dict[type, str] = {bool: "bool", int: "int", float: "float", list: "list", dict: "object"}


class Building:
    """What of `octopus.Pipeline` makes the drawing. Everything is checked as a server checks it at its door: a wrong
    shape, an unknown name or an id used twice is refused at once; whether the drawing makes sense, `validate` says."""

    def __init__(self, document: PipelineDocument, step_types: Iterable[StepType] | None) -> None:
        self._draft = Draft(document)
        self.step_types = KnownTypes(step_types)

    @property
    def add(self) -> BuiltIn:
        """The steps that come with octopus, each a call with typed arguments: `p.add.train(train=split.train)` is
        `p.step("train", train=split.train)`, with the parameters' names, types and defaults for completion."""
        return BuiltIn(self)

    @property
    def document(self) -> PipelineDocument:
        """The pipeline as a frozen value, every default filled in: what a server stores."""
        return self._draft.document

    @property
    def name(self) -> str:
        """Of the pipeline; may be set."""
        return self.document.name

    @name.setter
    def name(self, name: str) -> None:
        self._draft.change(name=name)

    @property
    def steps(self) -> tuple[StepHandle, ...]:
        """Every step, in the document's order."""
        return tuple(StepHandle(self._whole, step_id) for step_id in self._draft.steps)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, in the document's order."""
        return tuple(self._draft.edges.values())

    def step(
        self,
        type: str,
        id: str | None = None,
        *,
        label: str | None = None,
        position: Position | tuple[float, float] | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool = True,
        notes: str = "",
        after: "End | Iterable[End]" = (),
        values: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> StepHandle:
        """Add a step.

        Args:
            type: Id of a step type, such as `train`; `octopus steps list` shows them.
            id: Its id; None: named after the type.
            label: What its card says; None: the type's title.
            position: Of its card, in canvas pixels; None: laid out on opening.
            policy: Retries, time limit and so on: a `Policy`, or a mapping such as `{"retries": 2}`.
            enabled: Whether runs execute it.
            notes: For people.
            after: Steps or ports that it waits for without taking their data.
            values: Parameters whose names are those of the arguments above.
            **named: Its parameters; and its inputs: an output (`split["train"]`), a step with one fitting output, or
                for a many port a list of them. Paths, tuples and NumPy's values become JSON, a function its source.

        Returns:
            A handle, whose keys and attributes are the step's ports.

        Raises:
            UnknownName: No such type, parameter, input or output; the message lists those there are.
            InvalidDocument: The id is taken or malformed, or a value cannot stand in a document.

        Example:
            >>> p = octopus.Pipeline("Iris")
            >>> load = p.step("ingest", bundled="iris")
            >>> split = p.step("split", data=load, ratios=[0.8, 0, 0.2], target="target")
            >>> split.train
            <port split.train>
        """
        kind = self.step_types.require(type)
        inputs, params = sorted_out(self.step_types, kind, {**(values or {}), **named})
        step_id = id or self._draft.free_step_id(type)
        fields: dict[str, Any] = {"id": step_id, "type": type, "label": label, "params": params}
        fields |= {"enabled": enabled, "notes": notes, **_policy(policy), **_position(position)}
        self._draft.add_step(fields)
        handle = StepHandle(self._whole, step_id)
        try:
            for port, sources in (*inputs.items(), (AFTER, _listed(after))):
                for source in sources:
                    self.connect(source, Port(handle, port))
        except BaseException:
            self._draft.remove_step(step_id)
            raise
        return handle

    def connect(self, source: End, target: End, *, label: str = "", id: str | None = None) -> Self:
        """Draw an edge from an output to an input. Of a step without a named port the one is taken that fits.

        Raises:
            UnknownName: No such port; or none fits, or several do.

        Example:
            >>> p.connect(split["train"], train["train"]).connect(train["model"], judge)  # doctest: +SKIP
        """
        self._draw(source, target, {"kind": "data", "label": label, "id": id})
        return self

    def loop(
        self,
        source: End,
        target: End,
        *,
        max_iterations: int = 3,
        on_limit: OnLimit = "fail",
        label: str = "",
        id: str | None = None,
    ) -> Self:
        """Draw an edge back to an earlier step: what lies between is executed again whenever it delivers.

        Args:
            source: An output.
            target: An input of a step before it.
            max_iterations: Executions of what lies between, the first included; 1 to 1,000.
            on_limit: What happens then: the run fails, or goes on without another execution.
            label: Text beside the edge.
            id: Of the edge; None: the first free `e<n>`.

        Example:
            >>> p.loop(again["params"], train["params"], max_iterations=3)  # doctest: +SKIP
        """
        fields = {"kind": "loop", "label": label, "id": id, "max_iterations": max_iterations, "on_limit": on_limit}
        self._draw(source, target, fields)
        return self

    def parameter(self, name: str, default: Any = None, *, type: str | None = None, description: str = "") -> Reference:
        """Declare a parameter of the pipeline.

        Args:
            name: Letters, digits and `_`.
            default: Its value if a run gives none. None: a run has to give one.
            type: `string`, `int`, `float`, `bool`, `list` or `object`; None: that of the default.
            description: For people.

        Returns:
            The reference `${params.<name>}`, to be used as a step's parameter.

        Example:
            >>> rows = p.parameter("rows", 100)
            >>> p.step("ingest", limit=rows).parameters
            {'limit': '${params.rows}'}
        """
        value = json_value(default)
        kind = type or next((word for known, word in _PARAMETER_TYPES.items() if isinstance(value, known)), "string")
        declared = {"type": kind, "default": value, "description": description}
        self._draft.change(parameters={**self._declared(), name: declared})
        return Reference(f"${{params.{name}}}")

    def profile(self, name: str, values: Mapping[str, Any] | None = None, /, **named: Any) -> Self:
        """A named set of values of the pipeline's parameters, for `run(profile=name)`."""
        found = {key: json_value(value) for key, value in {**(values or {}), **named}.items()}
        unknown = [key for key in found if key not in self.document.parameters]
        if unknown:
            known = list(self.document.parameters)
            hint = did_you_mean(unknown[0], known)
            raise UnknownName(f"The pipeline has no parameter `{unknown[0]}`{hint} It has {names(known) or 'none'}.")
        self._draft.change(profiles={**self.document.model_dump(mode="json")["profiles"], name: found})
        return self

    def configure(
        self,
        *,
        description: str | None = None,
        direction: Literal["TB", "LR"] | None = None,
        max_parallel: int | None = None,
        timeout_s: float | None = None,
        experiment: str | None = None,
    ) -> Self:
        """Settings of the whole pipeline; None: as it is.

        Args:
            description: For people.
            direction: The drawing grows from top to bottom (`TB`) or from left to right (`LR`).
            max_parallel: Steps at the same time.
            timeout_s: Time limit of a run, in seconds.
            experiment: Name of the MLflow experiment; one named like the pipeline if none is said.
        """
        given = {"max_parallel": max_parallel, "timeout_s": timeout_s, "experiment": experiment}
        stated = {name: value for name, value in given.items() if value is not None}
        fields: dict[str, Any] = {"description": description, "direction": direction}
        if stated:
            fields["settings"] = {**self.document.settings.model_dump(mode="json"), **stated}
        self._draft.change(**{name: value for name, value in fields.items() if value is not None})
        return self

    def change_step(self, step_id: str, *, params: Mapping[str, Any] | None = None, **fields: Any) -> Self:
        """What `StepHandle.set` and `StepHandle.change` do. `fields` None: as it is."""
        step = self._draft.require(step_id)
        known = self.step_types.parameters(step.type)
        for name in params or {}:
            if known is not None and name not in known:
                raise unknown_value(self.step_types, step.type, step.params, name)
        whole = step.model_dump(mode="json")
        whole["params"] |= {name: json_value(value) for name, value in (params or {}).items()}
        policy = _policy(fields.get("policy")).get("policy")
        fields |= {"policy": {**whole["policy"], **policy} if policy else None, **_position(fields.get("position"))}
        whole |= {name: value for name, value in fields.items() if value is not None}
        self._draft.put_step(whole)
        return self

    def remove(self, step: StepHandle | str) -> Self:
        """Remove a step and its edges. UnknownName if there is none."""
        self._draft.remove_step(step if isinstance(step, str) else step.id)
        return self

    def disconnect(self, source: End, target: End) -> Self:
        """Remove every edge between two steps, or between two ports."""
        gone = [edge.id for edge in self.edges if _is_end(source, edge.source, edge.source_port)]
        gone = [
            one for one in gone if _is_end(target, self._draft.edges[one].target, self._draft.edges[one].target_port)
        ]
        self._draft.remove_edges(gone)
        return self

    def require_step(self, step_id: str) -> Step:
        """The step as it stands in the document. UnknownName if there is none."""
        return self._draft.require(step_id)

    def __getitem__(self, step_id: str) -> StepHandle:
        """The step of this id. UnknownName if there is none."""
        self._draft.require(step_id)
        return StepHandle(self._whole, step_id)

    def __contains__(self, step_id: object) -> bool:
        return step_id in self._draft.steps

    def __iter__(self) -> Iterator[StepHandle]:
        return iter(self.steps)

    def __len__(self) -> int:
        """How many steps."""
        return len(self._draft.steps)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._draft.steps)

    @property
    def _whole(self) -> Any:
        return self

    def _declared(self) -> dict[str, JsonValue]:
        return {name: _dumped(one) for name, one in self.document.parameters.items()}

    def _draw(self, source: End, target: End, fields: Mapping[str, Any]) -> None:
        first, last = (end.step if isinstance(end, Port) else end for end in (source, target))
        for end in (first, last):
            if end.pipeline is not self:
                raise UnknownName(f"The step `{end.id}` is of another pipeline, `{end.pipeline.name}`.")
            self._draft.require(end.id)
        taken = {edge.target_port for edge in self.edges if edge.target == last.id and edge.kind == "data"}
        source_port, target_port = chosen_ports(source, target, taken)
        ends = {"source": first.id, "source_port": source_port, "target": last.id, "target_port": target_port}
        self._draft.put_edge({**{name: value for name, value in fields.items() if value is not None}, **ends})


def _dumped(parameter: Parameter) -> JsonValue:
    found: dict[str, JsonValue] = parameter.model_dump(mode="json")
    return found


def _listed(ends: "End | Iterable[End]") -> list[End]:
    listed = [ends] if isinstance(ends, (Port, StepHandle, str)) else list(ends)
    for one in listed:
        if not isinstance(one, (Port, StepHandle)):
            raise UnknownName(f"`after` takes steps and ports, not {one!r}; a step that is there is pipeline[its id].")
    return listed


def _policy(policy: Policy | Mapping[str, Any] | None) -> dict[str, Any]:
    if policy is None:
        return {}
    return {"policy": policy.model_dump(mode="json") if isinstance(policy, Policy) else dict(policy)}


def _position(position: Position | tuple[float, float] | None) -> dict[str, Any]:
    if position is None:
        return {}
    x, y = (position.x, position.y) if isinstance(position, Position) else position
    return {"position": {"x": x, "y": y}}


def _is_end(end: End, step_id: str, port: str) -> bool:
    if isinstance(end, Port):
        return end.step.id == step_id and end.name == port
    return end.id == step_id
