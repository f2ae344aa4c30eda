"""check(document): every problem that keeps a drawing from being planned, and warnings; examine(document): the ports of
its steps beside them."""

from octopus.compiler.checks import CHECKS
from octopus.compiler.drawing import Drawing
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.own_ports import StepPorts, own_ports
from octopus.compiler.pipeline_parameters import parameter_values
from octopus.compiler.request import EVERYTHING
from octopus.compiler.step_types import StepTypes
from octopus.domain.base import Value
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem


def check(document: PipelineDocument, catalog: StepTypes, machine: MachineSize) -> tuple[Problem, ...]:
    """In the order of the rules, then of the document. Linear in steps and edges; never raises for what was parsed.
    Pipeline parameters have their defaults; one without is no problem before a run is asked for."""
    return problems_of(Drawing(document, catalog, machine, parameter_values(document, EVERYTHING)))


class Examined(Value):
    """What is wrong with a document; no problems: it can run. `ports`: by step id, of each step that has ports of its
    own instead of its type's."""

    problems: tuple[Problem, ...]
    ports: dict[str, StepPorts]


def examine(document: PipelineDocument, catalog: StepTypes, machine: MachineSize) -> Examined:
    """As `check`, with what an editor has to know to draw the document."""
    drawing = Drawing(document, catalog, machine, parameter_values(document, EVERYTHING))
    return Examined(problems=problems_of(drawing), ports=own_ports(drawing))


def problems_of(drawing: Drawing) -> tuple[Problem, ...]:
    return tuple(problem for rule in CHECKS for problem in rule(drawing))
