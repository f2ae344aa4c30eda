"""The frozen plan as JSON text and back: stored with a run, so that a restarted server goes on with the very same."""

from pydantic import TypeAdapter

from octopus.compiler.plan import Plan

_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


def plan_to_json(plan: Plan) -> str:
    return _PLAN.dump_json(plan).decode()


def plan_from_json(text: str) -> Plan:
    """Raises ValueError if `text` is no plan of this version."""
    return _PLAN.validate_json(text)
