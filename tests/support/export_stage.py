"""Pipelines of steps that an `mlflow` of files plays, for exports to run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from octopus.catalog.catalog import Catalog
from octopus.compiler.compile import compile_plan
from octopus.compiler.plan import Plan
from tests.support.drawings import MACHINE, document, edge, port, step
from tests.support.projects import make_project, project_entry

Json = dict[str, Any]
TEXTS = 40
ALIKE = ("a-b_2", "a-b", "a.b", "a_b")
"""Names of parameters that a shell variable cannot all have."""


@dataclass
class Stage:
    """`folder`: everything lies there."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "a project"

    def catalog(self) -> Catalog:
        """`make` gives data, `use` takes it (and a hint), `choose` chooses good or bad, `join` takes several; `many`
        has parameters t0, t1, ...; `alike` has ALIKE."""
        project = make_project(self.project, {"any": "true"})
        data = [port("data", "any")]
        branches = [port("good", "any", branch=True, passes="data"), port("bad", "any", branch=True)]
        lists = [port("lists", "any", required=False, many=True)]
        hint = port("hint", "any", required=False)
        return Catalog(
            [
                project_entry(project, "make", outputs=data, params=("text", "more")),
                project_entry(project, "use", inputs=[*data, hint], outputs=data, params=("text", "more")),
                project_entry(project, "many", params=tuple(f"t{n}" for n in range(TEXTS))),
                project_entry(project, "alike", inputs=data, params=ALIKE),
                project_entry(project, "choose", inputs=data, outputs=branches),
                project_entry(project, "join", inputs=lists, outputs=data),
            ]
        )

    def plan(self, steps: list[Json], edges: list[Json] | None = None, **more: Any) -> Plan:
        return compile_plan(document(steps, edges, **more), self.catalog(), MACHINE)

    def loop_plan(self, on_limit: str, max_iterations: int = 3) -> Plan:
        """one -> work -> gate -> after, and from gate.bad back to work.hint."""
        return self.plan(
            [step("one", "make"), step("work", "use"), step("gate", "choose"), step("after", "use")],
            [
                edge("one.data -> work.data"),
                edge("work.data -> gate.data"),
                edge("gate.good -> after.data"),
                edge("gate.bad -> work.hint", kind="loop", max_iterations=max_iterations, on_limit=on_limit),
            ],
        )


def parameters(call: Json) -> dict[str, str]:
    """What `-P` gave to an `mlflow run`."""
    words = iter(call["argv"])
    return dict(next(words).split("=", 1) for word in words if word == "-P")
