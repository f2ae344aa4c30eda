"""What a notebook shows of pipelines and runs: well-formed, complete, and harmless whatever the words are."""

import sys
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from octopus import Pipeline
from octopus.catalog.templates import templates
from octopus.domain.event import Event
from octopus.domain.fold import fold_all
from octopus.domain.run import RunView
from octopus.sdk.notebook.drawing import drawing
from octopus.sdk.notebook.layout import CARD_HEIGHT, CARD_WIDTH, layout
from octopus.sdk.notebook.live import LiveDisplay, live_display
from octopus.sdk.notebook.run_page import page, run_page
from tests.support.runs import events_of

HOSTILE = "<script>alert(1)</script>'\"&</text>"
SVG = "{http://www.w3.org/2000/svg}"
STORY: tuple[dict[str, Any], ...] = (
    {"kind": "run.queued", "steps": ("a", "b")},
    {"kind": "run.started"},
    {"kind": "step.queued", "step_id": "a"},
    {"kind": "step.started", "step_id": "a", "backend": "cold"},
    {"kind": "step.progress", "step_id": "a", "fraction": 0.5, "message": HOSTILE},
    {"kind": "step.metric", "step_id": "a", "name": HOSTILE, "value": 0.25},
    {"kind": "step.failed", "step_id": "a", "reason": HOSTILE, "exit_code": 1},
    {"kind": "step.skipped", "step_id": "b", "reason": "a failed"},
    {"kind": "run.failed", "reason": HOSTILE},
)


def hostile() -> Pipeline:
    p = Pipeline(HOSTILE)
    a, b = p.step("ingest", "a", label=HOSTILE), p.step("split", "b", label=HOSTILE)
    return p.connect(a, b, label=HOSTILE)


def story() -> list[Event]:
    return events_of("r1", *STORY)


def view() -> RunView:
    return RunView(**dict(fold_all("r1", story())), document=hostile().document)


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_every_template_is_drawn_with_a_card_per_step_and_a_line_per_edge(direction: Any) -> None:
    for template in templates():
        document = Pipeline.of(template.document).configure(direction=direction).document
        for positions in (True, False):
            steps = tuple(s if positions else s.model_copy(update={"position": None}) for s in document.steps)
            svg = ElementTree.fromstring(drawing(document.model_copy(update={"steps": steps})))
            assert len(list(svg.iter(f"{SVG}rect"))) == len(document.steps)
            assert len(list(svg.iter(f"{SVG}path"))) == len(document.edges)


def test_cards_do_not_lie_on_one_another_and_edges_lead_onwards() -> None:
    p = Pipeline("P")
    load, split = p.step("ingest"), p.step("split")
    p.connect(load, split)
    for _ in range(3):
        p.step("train", train=split["train"])
    placed = layout(p.document)
    spots = list(placed.spots.values())
    for index, (x, y) in enumerate(spots):
        for other_x, other_y in spots[index + 1 :]:
            assert abs(x - other_x) >= CARD_WIDTH or abs(y - other_y) >= CARD_HEIGHT
    assert placed.spots["ingest"][1] < placed.spots["split"][1] < placed.spots["train"][1]


def test_a_circle_is_drawn_all_the_same() -> None:
    p = Pipeline("P")
    a, b = p.step("clean", "a"), p.step("clean", "b")
    p.connect(a, b).connect(b, a)
    assert drawing(p.document).count("<rect") == 2


@pytest.mark.parametrize("html", [drawing(hostile().document), run_page(view()), page(view(), hostile().document)])
def test_no_word_of_a_pipeline_or_run_becomes_markup(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html.count("</text>") == html.count("<text ")


def test_a_run_shows_where_every_step_stands() -> None:
    html = run_page(view())
    assert html.count("<tr") == 3
    for words in ("failed", "skipped", "0.25"):
        assert words in html
    assert "<progress value='0.500'>" in page(fold_all("r1", story()[:5]), hostile().document)


def test_an_empty_pipeline_and_a_huge_one_are_told_in_words() -> None:
    assert drawing(Pipeline("Empty").document) == "<p>Empty: 0 steps</p>"
    steps = [{"id": f"s{n}", "type": "clean"} for n in range(401)]
    assert drawing(Pipeline.of({"schema_version": 1, "name": "H", "steps": steps}).document) == "<p>H: 401 steps</p>"


def test_objects_offer_text_and_html() -> None:
    bundle = hostile()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/html"].startswith("<svg")


def test_the_page_is_drawn_again_while_the_run_goes_on() -> None:
    drawn: list[str] = []

    def display(bundle: dict[str, str], *, raw: bool, display_id: bool) -> Any:
        assert raw
        assert display_id
        drawn.append(bundle["text/plain"])
        return SimpleNamespace(update=lambda newer, raw: drawn.append(newer["text/plain"]))

    live = LiveDisplay(display)
    live.begin(view())
    for event in story():
        live.hear(event)
    live.end()
    assert drawn[0].endswith("queued")
    assert drawn[-1].endswith("failed")
    assert len(drawn) >= 3


def test_nothing_is_shown_where_there_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert live_display(None) is None
    assert live_display(True) is None
    terminal = SimpleNamespace(get_ipython=lambda: SimpleNamespace())
    monkeypatch.setitem(sys.modules, "IPython", terminal)  # type: ignore[arg-type]
    assert live_display(None) is None


def test_in_a_notebook_it_is_shown_unless_that_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    shown = SimpleNamespace(display=lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "IPython", notebook)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "IPython.display", shown)  # type: ignore[arg-type]
    assert live_display(None) is not None
    assert live_display(False) is None
