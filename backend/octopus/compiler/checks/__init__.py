"""The rules a drawing must keep to be planned, one per module, in the order in which their problems are listed."""

from collections.abc import Callable, Iterator

from octopus.compiler.checks.cycle import cycle
from octopus.compiler.checks.disconnected_step import disconnected_step
from octopus.compiler.checks.duplicate_edge import duplicate_edge
from octopus.compiler.checks.forbidden_place import forbidden_place
from octopus.compiler.checks.invalid_code import invalid_code
from octopus.compiler.checks.invalid_default import invalid_default
from octopus.compiler.checks.invalid_parameter import invalid_parameter
from octopus.compiler.checks.invalid_profile import invalid_profile
from octopus.compiler.checks.loop_overlap import loop_overlap
from octopus.compiler.checks.loop_target_not_upstream import loop_target_not_upstream
from octopus.compiler.checks.malformed_reference import malformed_reference
from octopus.compiler.checks.missing_argument import missing_argument
from octopus.compiler.checks.missing_input import missing_input
from octopus.compiler.checks.missing_parameter import missing_parameter
from octopus.compiler.checks.not_supported_yet import not_supported_yet
from octopus.compiler.checks.nothing_to_run import nothing_to_run
from octopus.compiler.checks.parameters_too_large import parameters_too_large
from octopus.compiler.checks.port_taken import port_taken
from octopus.compiler.checks.port_type_mismatch import port_type_mismatch
from octopus.compiler.checks.reference_not_upstream import reference_not_upstream
from octopus.compiler.checks.resources_exceed_machine import resources_exceed_machine
from octopus.compiler.checks.self_loop import self_loop
from octopus.compiler.checks.unknown_parameter import unknown_parameter
from octopus.compiler.checks.unknown_port import unknown_port
from octopus.compiler.checks.unknown_reference import unknown_reference
from octopus.compiler.checks.unknown_step_type import unknown_step_type
from octopus.compiler.drawing import Drawing
from octopus.domain.problem import Problem

Check = Callable[[Drawing], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    nothing_to_run,
    unknown_step_type,
    invalid_default,
    invalid_profile,
    missing_parameter,
    unknown_parameter,
    malformed_reference,
    unknown_reference,
    reference_not_upstream,
    invalid_parameter,
    invalid_code,
    missing_argument,
    forbidden_place,
    parameters_too_large,
    unknown_port,
    port_type_mismatch,
    duplicate_edge,
    port_taken,
    missing_input,
    self_loop,
    cycle,
    loop_target_not_upstream,
    loop_overlap,
    resources_exceed_machine,
    not_supported_yet,
    disconnected_step,
)
