"""The rules of a run, in the order in which they are asked. In each list the first that answers decides."""

from collections.abc import Callable

from octopus.compiler.plan import PlannedStep
from octopus.engine.board import Board, Ending, StepRun
from octopus.engine.loops import LoopPlace
from octopus.engine.rules.candidate import Candidate, Verdict
from octopus.engine.rules.disabled_step import disabled_step
from octopus.engine.rules.edge_fates import (
    a_bad_ending_is_handed_on,
    a_port_not_chosen_is_not_taken,
    a_skip_is_handed_on,
    a_tolerated_failure_is_not_taken,
    an_emitted_port_delivers,
)
from octopus.engine.rules.loop_fates import (
    LoopVerdict,
    a_loop_ends_at_its_limit,
    a_loop_that_failed_the_run_ends_those_around_and_after_it,
    any_other_loop_fires,
    earlier_loops_come_first,
    inner_loops_are_settled_first,
)
from octopus.engine.rules.nothing_delivered import nothing_delivered
from octopus.engine.rules.ready import ready
from octopus.engine.rules.required_input_missing import required_input_missing
from octopus.engine.rules.retry import (
    GiveUp,
    Retry,
    a_lost_step_with_outside_effects_is_not_retried,
    a_missing_result_is_not_retried,
    a_run_that_is_being_ended_retries_nothing,
    any_other_failure_is_retried,
    no_attempts_are_left,
)
from octopus.engine.rules.run_end import (
    a_cancelled_run_is_cancelled,
    a_failed_step_fails_the_run,
    a_loop_at_its_limit_fails_the_run,
    a_run_out_of_time_failed,
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

EDGE_FATES: tuple[Callable[[StepRun, PlannedStep, str], Token | None], ...] = (
    an_emitted_port_delivers,
    a_port_not_chosen_is_not_taken,
    a_skip_is_handed_on,
    a_tolerated_failure_is_not_taken,
    a_bad_ending_is_handed_on,
)
"""What becomes of the edges at an output port of a step that has ended."""

RETRY: tuple[Callable[[StepRun, PlannedStep, Board], Retry | GiveUp | None], ...] = (
    a_run_that_is_being_ended_retries_nothing,
    a_missing_result_is_not_retried,
    a_lost_step_with_outside_effects_is_not_retried,
    no_attempts_are_left,
    any_other_failure_is_retried,
)
"""Whether an attempt that failed, timed out or was lost is followed by another."""

LOOP_FATES: tuple[Callable[[LoopPlace, Board], LoopVerdict | None], ...] = (
    inner_loops_are_settled_first,
    earlier_loops_come_first,
    a_loop_that_failed_the_run_ends_those_around_and_after_it,
    a_loop_ends_at_its_limit,
    any_other_loop_fires,
)
"""What becomes of a loop edge whose source emitted, when all that the loop repeats has ended."""

RUN_END: tuple[Callable[[Board], Ending | None], ...] = (
    a_cancelled_run_is_cancelled,
    a_run_out_of_time_failed,
    a_failed_step_fails_the_run,
    a_loop_at_its_limit_fails_the_run,
    a_step_stopped_from_outside_cancels_the_run,
    any_other_run_succeeded,
)
"""What becomes of a run all of whose steps have ended."""
