"""A run -> HTML: its graph with the status of every step, and a table of how far each is and what it measured."""

from datetime import UTC, datetime

from octopus.domain.pipeline import PipelineDocument
from octopus.domain.run import RunState, RunView, StepRunView
from octopus.sdk.notebook.drawing import drawing
from octopus.sdk.notebook.looks import shown, status_colour

METRICS_SHOWN = 4
_CELL = "style='text-align:left;white-space:nowrap'"
_HEAD = "".join(
    f"<th style='text-align:left'>{title}</th>" for title in ("step", "status", "time", "progress", "metrics")
)


def run_page(view: RunView) -> str:
    """Of a run as it was answered."""
    return page(view, view.document)


def page(state: RunState, document: PipelineDocument) -> str:
    """Of a run as it stands."""
    statuses = {step.id: str(step.status) for step in state.steps}
    rows = "".join(_row(step) for step in state.steps)
    return (
        f"<div>{drawing(document, statuses=statuses)}"
        f"<p>{shown(document.name)} {_status(state.status)}{f': {shown(state.reason)}' if state.reason else ''} "
        f"<small>{shown(state.id)}</small></p>"
        f"<table><thead><tr>{_HEAD}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(step: StepRunView) -> str:
    cells = (shown(step.id), _status(step.status) + _note(step), _duration(step), _progress(step), _metrics(step))
    why = f" title='{shown(step.reason)}'" if step.reason else ""
    return f"<tr{why}>{''.join(f'<td {_CELL}>{cell}</td>' for cell in cells)}</tr>"


def _status(status: str) -> str:
    return f"<b style='color:{status_colour(status)}'>{shown(status.replace('_', ' '))}</b>"


def _note(step: StepRunView) -> str:
    notes = [f"iteration {step.iteration}"] if step.iteration > 1 else []
    notes += [f"attempt {step.attempt}"] if step.attempt > 1 else []
    return f" ({', '.join(notes)})" if notes else ""


def _duration(step: StepRunView) -> str:
    if step.started_at is None:
        return ""
    ended = datetime.fromisoformat(step.ended_at) if step.ended_at else datetime.now(UTC)
    return f"{max(0.0, (ended - datetime.fromisoformat(step.started_at)).total_seconds()):.1f} s"


def _progress(step: StepRunView) -> str:
    if step.progress is None:
        return ""
    bar = "" if step.progress.fraction is None else f"<progress value='{step.progress.fraction:.3f}'></progress> "
    return f"{bar}{shown(step.progress.message, 80)}"


def _metrics(step: StepRunView) -> str:
    found = list(step.metrics.items())[:METRICS_SHOWN]
    return shown(", ".join(f"{name} {value if isinstance(value, str) else f'{value:.4g}'}" for name, value in found))
