"""A run in the terminal: one row per step with its status, how far it is, how long it took, and what it measured."""

from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from octopus.domain.run import RunState, StepRunView
from octopus.domain.status import RunStatus, StepStatus

_STYLES = {
    "succeeded": "green",
    "reused": "cyan",
    "running": "bold blue",
    "cancelling": "yellow",
    "cancelled": "yellow",
    "failed": "bold red",
    "timed_out": "bold red",
    "lost": "bold red",
    "skipped": "dim",
    "pending": "dim",
    "queued": "",
}
_SHOWN_METRICS = 3
_BAR_WIDTH = 18


def run_table(state: RunState) -> RenderableType:
    """The whole run as it stands."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("step", "status", "time", "progress", "metrics"):
        table.add_column(title, no_wrap=title != "metrics")
    for step in state.steps:
        table.add_row(
            step.id, _status(step.status, _note(step)), _duration(step), _progress(step), Text(_metrics(step))
        )
    return Group(table, verdict(state))


def verdict(state: RunState) -> Text:
    """The run's own status in a line."""
    said = f": {state.reason}" if state.reason else ""
    return Text.assemble(_status(state.status), said)


def plain_line(step: StepRunView) -> str:
    """A step's new status, where lines are not drawn over."""
    took = _duration(step)
    said = f": {step.reason}" if step.reason else ""
    return f"{step.id}{_note(step)} {step.status}{f' after {took}' if took and step.status.is_terminal else ''}{said}"


def _status(status: StepStatus | RunStatus, note: str = "") -> Text:
    return Text(f"{status.replace('_', ' ')}{note}", style=_STYLES.get(status, ""))


def _note(step: StepRunView) -> str:
    notes = [f"iteration {step.iteration}"] if step.iteration > 1 else []
    notes += [f"attempt {step.attempt}"] if step.attempt > 1 else []
    return f" ({', '.join(notes)})" if notes else ""


def _duration(step: StepRunView) -> str:
    if step.started_at is None:
        return ""
    began = datetime.fromisoformat(step.started_at)
    ended = datetime.fromisoformat(step.ended_at) if step.ended_at else datetime.now(UTC)
    return f"{max(0.0, (ended - began).total_seconds()):.1f} s"


def _progress(step: StepRunView) -> RenderableType:
    if step.progress is None:
        return Text("")
    if step.progress.fraction is None:
        return Text(step.progress.message)
    return ProgressBar(total=1.0, completed=step.progress.fraction, width=_BAR_WIDTH)


def _metrics(step: StepRunView) -> str:
    shown = list(step.metrics.items())[:_SHOWN_METRICS]
    return "  ".join(f"{name} {value if isinstance(value, str) else f'{value:.4g}'}" for name, value in shown)


def terminal() -> Console:
    """Colours and drawing only where there is a terminal (and NO_COLOR is not set). Text is text: no markup in it."""
    return Console(highlight=False, markup=False, emoji=False)
