"""A run in the terminal: one row per step with its status, how long it took, how far it is, and what it says."""

from collections import Counter
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
_DONE = (StepStatus.SUCCEEDED, StepStatus.REUSED)
_UNDER_WAY = (StepStatus.RUNNING, StepStatus.CANCELLING)
UNHAPPY = (StepStatus.FAILED, StepStatus.TIMED_OUT, StepStatus.LOST)
_SHOWN_METRICS = 3
_BAR_WIDTH = 18
_AROUND = 4
"""Lines of the terminal that are not rows: the titles, the rest, the verdict, the cursor's own."""


def run_table(state: RunState, *, bars: bool = False, height: int | None = None) -> RenderableType:
    """The whole run as it stands; with more steps than `height` lines have room for, those that matter now."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    titles = ("step", "status", "time", *(("progress",) if bars else ()), "")
    for title in titles:
        table.add_column(title, no_wrap=title != "", overflow="ellipsis" if title != "" else "fold")
    rows = shown_steps(state.steps, None if height is None else max(1, height - _AROUND))
    for step in rows:
        bar = (_bar(step),) if bars else ()
        table.add_row(step.id, _status(step.status, _note(step)), _took(step), *bar, _said(step))
    return Group(table, *_rest(state.steps, rows), verdict(state))


def shown_steps(steps: tuple[StepRunView, ...], room: int | None) -> tuple[StepRunView, ...]:
    """At most `room` of the steps, in the plan's order: what runs, what failed, what ended last, what comes next."""
    if room is None or len(steps) <= room:
        return steps
    places = sorted(range(len(steps)), key=lambda place: (*_weight(steps[place]), place))
    return tuple(steps[place] for place in sorted(places[:room]))


def _weight(step: StepRunView) -> tuple[int, float]:
    """Small: worth a row."""
    if step.status in _UNDER_WAY:
        return 0, 0.0
    if step.status in UNHAPPY:
        return 1, 0.0
    if step.ended_at is not None and step.status is not StepStatus.SKIPPED:
        return 2, -datetime.fromisoformat(step.ended_at).timestamp()
    return (3, 0.0) if not step.status.is_terminal else (4, 0.0)


def _rest(steps: tuple[StepRunView, ...], rows: tuple[StepRunView, ...]) -> list[Text]:
    if len(rows) == len(steps):
        return []
    seen = {step.id for step in rows}
    counts = Counter(step.status.replace("_", " ") for step in steps if step.id not in seen)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    return [Text(f"... and {len(steps) - len(rows)} more: {told}", style="dim")]


def verdict(state: RunState) -> Text:
    """The run's own status in a line; while it goes on, how many steps have ended."""
    said = f": {state.reason}" if state.reason else ""
    if not state.status.is_terminal and state.steps:
        ended = sum(step.status.is_terminal for step in state.steps)
        said += f", {ended} of {len(state.steps)} steps, {_seconds(state.started_at, None)}".rstrip(", ")
    return Text.assemble(_status(state.status), said)


def plain_line(step: StepRunView) -> str:
    """A step's new status, where lines are not drawn over."""
    took = _took(step)
    said = f": {step.reason}" if step.reason else ""
    return f"{step.id}{_note(step)} {step.status}{f' after {took}' if took and step.status.is_terminal else ''}{said}"


def _status(status: StepStatus | RunStatus, note: str = "") -> Text:
    return Text(f"{status.replace('_', ' ')}{note}", style=_STYLES.get(status, ""))


def _note(step: StepRunView) -> str:
    notes = [f"iteration {step.iteration}"] if step.iteration > 1 else []
    notes += [f"attempt {step.attempt}"] if step.attempt > 1 else []
    return f" ({', '.join(notes)})" if notes else ""


def _took(step: StepRunView) -> str:
    return _seconds(step.started_at, step.ended_at)


def _seconds(began_at: str | None, ended_at: str | None) -> str:
    """Empty if it has not begun; until now if it has not ended."""
    if began_at is None:
        return ""
    ended = datetime.fromisoformat(ended_at) if ended_at else datetime.now(UTC)
    return f"{max(0.0, (ended - datetime.fromisoformat(began_at)).total_seconds()):.1f} s"


def _bar(step: StepRunView) -> RenderableType:
    """Full when the step is done; moving to and fro while it does not say how far it is."""
    fraction = step.progress.fraction if step.progress is not None else None
    if step.status in _DONE:
        fraction = 1.0
    elif step.status not in _UNDER_WAY and fraction is None:
        return Text("")
    style = _STYLES[step.status]
    return ProgressBar(
        total=1.0,
        completed=fraction or 0.0,
        width=_BAR_WIDTH,
        pulse=fraction is None,
        complete_style=style,
        finished_style=style,
    )


def _said(step: StepRunView) -> Text:
    """Why it ended as it did, or what it is doing, or what it measured."""
    if step.reason and step.status not in _DONE:
        return Text(step.reason)
    if step.status in (StepStatus.QUEUED, *_UNDER_WAY) and step.progress is not None and step.progress.message:
        return Text(step.progress.message)
    metrics = list(step.metrics.items())[:_SHOWN_METRICS]
    return Text("  ".join(f"{name} {value if isinstance(value, str) else f'{value:.4g}'}" for name, value in metrics))


def terminal() -> Console:
    """Colours and drawing only where there is a terminal (and NO_COLOR is not set). Text is text: no markup in it."""
    return Console(highlight=False, markup=False, emoji=False)
