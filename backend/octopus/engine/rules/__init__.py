"""The rules of a run, in the order in which they are asked. In each list the first that answers decides."""

from collections.abc import Callable

from octopus.compiler.plan import PlannedEdge
from octopus.engine.board import Board, Ending, StepRun
from octopus.engine.rules.candidate import Candidate, Verdict
from octopus.engine.rules.disabled_step import disabled_step
from octopus.engine.rules.edge_fates import (
    a_bad_ending_is_handed_on,
    a_port_not_chosen_is_not_taken,
    a_skip_is_handed_on,
    an_emitted_port_delivers,
)
from octopus.engine.rules.nothing_delivered import nothing_delivered
from octopus.engine.rules.ready import ready
from octopus.engine.rules.required_input_missing import required_input_missing
from octopus.engine.rules.run_end import (
    a_cancelled_run_is_cancelled,
    a_failed_step_fails_the_run,
    a_step_stopped_from_outside_cancels_the_run,
    any_other_run_succeeded,
)
from octopus.engine.rules.upstream_failed import upstream_failed
from octopus.engine.tokens import Token

READINESS: tuple[Callable[[Candidate], Verdict | None], ...] = (
    disabled_step,
    upstream_failed,
    required_input_missing,
    nothing_delivered,
    ready,
)
"""What becomes of a step all of whose forward edges are resolved."""

EDGE_FATES: tuple[Callable[[StepRun, PlannedEdge], Token | None], ...] = (
    an_emitted_port_delivers,
    a_port_not_chosen_is_not_taken,
    a_skip_is_handed_on,
    a_bad_ending_is_handed_on,
)
"""What becomes of an edge whose source has ended."""

RUN_END: tuple[Callable[[Board], Ending | None], ...] = (
    a_cancelled_run_is_cancelled,
    a_failed_step_fails_the_run,
    a_step_stopped_from_outside_cancels_the_run,
    any_other_run_succeeded,
)
"""What becomes of a run all of whose steps have ended."""
