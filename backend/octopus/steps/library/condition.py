"""condition: choose a way by an expression."""

from typing import Annotated, NamedTuple

from octopus.steps.expressions.truth import truth_of
from octopus.steps.expressions.words import LENGTH_LIMIT, PATTERN, PATTERN_HELP
from octopus.steps.runtime.attempt import card, log_metric
from octopus.steps.runtime.declare import Anything, Branch, Doc, Param, step


class Decided(NamedTuple):
    true: Annotated[bool, Branch(of="value"), Doc("The value, if the expression holds.")]
    false: Annotated[bool, Branch(of="value"), Doc("The value, if it does not.")]


@step(
    title="Condition",
    category="Control",
    colour="decision",
    icon="AltRoute",
    summary=("expression",),
)
def condition(
    value: Annotated[Anything, Doc("What is handed on, whatever it is; it is not looked into.")],
    expression: Annotated[
        str,
        Param(
            "Expression",
            "Such as ${steps.evaluate.metrics.recall} >= ${params.threshold} and ${steps.evaluate.metrics.fp} < 10. "
            "Numbers, quoted text, true, false; < <= > >= == !=; and, or, not; + - * /; parentheses.",
            form={"pattern": PATTERN, "x-pattern-help": PATTERN_HELP},
            min_length=1,
            max_length=LENGTH_LIMIT,
        ),
    ],
) -> Decided:
    """Decides by an expression over metrics of earlier steps and parameters of the pipeline: it holds -> `true`, it
    does not -> `false`. Both ports hand the value on without a copy.

    References are replaced by their values before the expression is read; a reference to text belongs into quotes, as
    in `"${params.stage}" == "production"`. The language is closed: it can compare and reckon, and nothing else.
    """
    truth = truth_of(expression)
    print(expression)
    for one in truth.compared:
        print(f"{'holds' if one.holds else 'does not hold'}: {one.text}")
    print(f"-> {'true' if truth.holds else 'false'}")
    log_metric("holds", float(truth.holds))
    card().markdown(f"## {'true' if truth.holds else 'false'}\n\n```text\n{expression}\n```")
    if truth.compared:
        lines = [["yes" if one.holds else "no", one.text, one.left, one.right] for one in truth.compared]
        card().table("Comparisons", ["holds", "comparison", "left", "right"], lines)
    return Decided(true=truth.holds, false=not truth.holds)
