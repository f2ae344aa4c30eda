"""The main journey in a real browser: draw, set, run, see, save, load; stop, fail, refuse; text stays text."""

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.test_loops_and_reuse import open_saved
from tests.support.api import step_of, wait_until_over
from tests.support.browser import Editor
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.timeout(400)]


ENDLESS = {
    "schema_version": 1,
    "name": "Endless",
    "steps": [
        {
            "id": "endless",
            "type": "python",
            "position": {"x": 0, "y": 0},
            "params": {"code": "import time\n\ndef run():\n    time.sleep(600)\n"},
        },
        {
            "id": "next",
            "type": "python",
            "position": {"x": 0, "y": 200},
            "params": {"code": "def run():\n    return None\n"},
        },
    ],
    "edges": [{"id": "e1", "source": "endless", "source_port": "output", "target": "next", "target_port": "after"}],
}


def run_id_of(editor: Editor) -> str:
    """Press Run Pipeline; the id of the run it starts."""
    with editor.page.expect_response(
        lambda answer: answer.url.endswith("/api/runs") and answer.request.method == "POST"
    ) as started:
        editor.button("Run Pipeline").click()
    assert started.value.status == 201, started.value.text()
    run_id: str = started.value.json()["id"]
    return run_id


def test_build_from_an_empty_canvas_run_save_reload_and_load_are_one_unbroken_story(
    editor: Editor, client: httpx.Client
) -> None:
    editor.draw_iris()
    editor.set_field("split", "Seed", "11")
    run_id = run_id_of(editor)
    for step_id in ("ingest", "split", "train", "evaluate"):
        editor.wait_for_status(step_id, "succeeded")
    editor.step("evaluate").click()
    editor.open_tab("Results")
    expect(editor.page.get_by_role("tabpanel")).to_contain_text("accuracy")
    editor.open_tab("Logs")
    expect(editor.page.get_by_role("log")).to_contain_text("accuracy")
    document = client.get(f"/api/runs/{run_id}").json()["document"]

    editor.rename("One story")
    editor.save()
    editor.page.reload()
    expect(editor.steps()).to_have_count(4)
    editor.new_pipeline()
    editor.load("One story")
    expect(editor.steps()).to_have_count(4)
    pipeline = next(p for p in client.get("/api/pipelines?query=One story").json()["items"])
    stored = client.get(f"/api/pipelines/{pipeline['id']}").json()["document"]
    assert {**stored, "name": ""} == {**document, "name": ""}
    with editor.page.expect_request(
        lambda request: request.url.endswith("/api/runs") and request.method == "POST"
    ) as posted:
        editor.button("Run Pipeline").click()
    assert json.loads(posted.value.post_data or "{}").get("document", stored) == stored
    editor.button("Stop").click()
    editor.button("Run Pipeline").wait_for()


@pytest.mark.reuse
def test_changing_the_ratios_in_the_form_changes_the_rows_and_the_parameters_in_mlflow(
    editor: Editor, client: httpx.Client
) -> None:
    editor.draw_iris(2)

    def run_with(ratios: tuple[str, str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        editor.step("split").click()
        for number, ratio in enumerate(ratios):
            field = editor.properties.get_by_role("group", name="Ratios").get_by_role("textbox").nth(number)
            field.fill(ratio)
            field.blur()
        run_id = run_id_of(editor)
        view = wait_until_over(client, run_id)
        assert view["status"] == "succeeded"
        card = client.get(f"/api/runs/{run_id}/steps/split/artifacts/out/_card.json").json()
        return step_of(view, "split"), card

    first, first_card = run_with(("0.5", "0", "0.5"))
    second, second_card = run_with(("0.8", "0", "0.2"))
    assert json.dumps(first_card) != json.dumps(second_card)
    rows = [{a["port"]: a["rows"] for a in step["artifacts"] if a["port"]} for step in (first, second)]
    assert rows[0]["train"] + rows[0]["test"] == rows[1]["train"] + rows[1]["test"] == 150
    assert rows[0]["train"] < rows[1]["train"]
    for step, expected in ((first, [0.5, 0, 0.5]), (second, [0.8, 0, 0.2])):
        run = client.get(f"/mlflow/ajax-api/2.0/mlflow/runs/get?run_id={step['mlflow_run_id']}").json()["run"]
        params = {param["key"]: param["value"] for param in run["data"]["params"]}
        assert json.loads(params["ratios"]) == expected


def test_a_run_is_stopped_and_nothing_of_it_goes_on(
    editor: Editor, client: httpx.Client, server: ServerProcess
) -> None:
    open_saved(editor, client, ENDLESS)
    run_id = run_id_of(editor)
    editor.wait_for_status("endless", "running")
    editor.button("Stop").click()
    view = wait_until_over(client, run_id)
    assert view["status"] == "cancelled"
    assert {step["status"] for step in view["steps"]} == {"cancelled"}
    editor.wait_for_status("next", "cancelled")
    expect(editor.button("Run Pipeline")).to_be_enabled()
    assert not server.processes_mentioning(run_id)


def test_a_connection_that_cannot_work_is_refused_with_the_reason(editor: Editor) -> None:
    editor.new_pipeline()
    editor.drag_from_palette("Train", 160, 60)
    editor.drag_from_palette("Split", 160, 300)
    editor.button("Fit to view").click()
    editor.connect(("train", "model"), ("split", "data"))
    expect(editor.edges()).to_have_count(0)
    expect(editor.page.get_by_role("alert").first).to_contain_text("model")
    expect(editor.page.get_by_role("alert").first).to_contain_text("dataset")


@pytest.mark.reuse
def test_a_failing_step_says_why_and_what_waited_for_it_is_skipped(editor: Editor, client: httpx.Client) -> None:
    editor.draw_iris(3)
    editor.set_field("split", "Target column", "no_such_column")
    run_id = run_id_of(editor)
    editor.wait_for_status("split", "failed")
    editor.wait_for_status("train", "skipped")
    view = wait_until_over(client, run_id)
    split, train = step_of(view, "split"), step_of(view, "train")
    assert split["exit_code"] == 1
    assert split["reason"].startswith("exit code 1: ")
    assert "no_such_column" in split["reason"]
    assert train["cause_step"] == "split"
    editor.step("split").click()
    editor.open_tab("Results")
    expect(editor.page.get_by_role("tabpanel")).to_contain_text("no_such_column")
    expect(editor.button("Run Pipeline")).to_be_enabled()


def test_reset_clears_every_status_from_the_canvas_and_changes_nothing_else(
    editor: Editor, client: httpx.Client, finished_run: dict[str, Any], server: ServerProcess
) -> None:
    editor.page.goto(f"{server.url}/?run={finished_run['id']}")
    editor.wait_for_status("evaluate", "succeeded")
    edges = editor.edges().count()
    editor.button("Reset").click()
    for step in finished_run["steps"]:
        expect(editor.step(step["id"])).to_have_attribute("data-status", "none")
    expect(editor.edges()).to_have_count(edges)
    assert client.get(f"/api/runs/{finished_run['id']}").json() == finished_run


def test_a_reload_in_the_middle_of_a_run_shows_everything_again(editor: Editor, client: httpx.Client) -> None:
    editor.draw_iris(2)
    run_id = run_id_of(editor)
    editor.wait_for_status("ingest", "succeeded")
    editor.page.reload()
    editor.wait_for_status("ingest", "succeeded")
    editor.open_tab("Logs")
    expect(editor.page.get_by_role("log")).to_contain_text("iris")
    editor.wait_for_status("split", "succeeded")
    assert client.get(f"/api/runs/{run_id}").json()["status"] == "succeeded"


def test_a_double_click_on_run_starts_one_run(editor: Editor, client: httpx.Client) -> None:
    open_saved(editor, client, ENDLESS)
    before = len(client.get("/api/runs?limit=200").json()["items"])
    editor.button("Run Pipeline").dblclick()
    editor.wait_for_status("endless", "running")
    assert len(client.get("/api/runs?limit=200").json()["items"]) == before + 1
    editor.button("Stop").click()
    expect(editor.button("Run Pipeline")).to_be_enabled()


def test_a_label_full_of_html_stays_text(editor: Editor, client: httpx.Client, iris: dict[str, Any]) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\">"
    iris = {**iris, "name": hostile, "steps": [{**step, "label": hostile} for step in iris["steps"]]}
    pipeline = client.post("/api/pipelines", json={"document": iris}).json()
    editor.page.goto(f"{editor.origin}/pipelines/{pipeline['id']}")
    expect(editor.step("split")).to_contain_text(hostile)
    assert editor.page.locator("img[src='x']").count() == 0
    assert "owned" not in editor.page.title() or hostile in editor.page.title()


def test_an_uploaded_csv_is_trained_on(editor: Editor, client: httpx.Client, tmp_path: Any) -> None:
    table = tmp_path / "flowers.csv"
    rows = [f"{x / 10},{y / 7},{'big' if x + y > 20 else 'small'}" for x in range(20) for y in range(20)]
    table.write_text("width,height,size\n" + "\n".join(rows) + "\n")
    editor.new_pipeline()
    editor.button("Upload data").click()
    dialog = editor.page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(table)
    expect(dialog).to_contain_text("flowers.csv")
    dialog.get_by_role("button", name="Use in pipeline").first.click()
    expect(editor.steps()).to_have_count(1)
    run_id = run_id_of(editor)
    view = wait_until_over(client, run_id)
    assert view["status"] == "succeeded", view["steps"]
    assert next(a for a in view["steps"][0]["artifacts"] if a["port"] == "data")["rows"] == 400


def test_problems_are_shown_on_their_step_and_run_says_why_it_cannot(editor: Editor) -> None:
    editor.new_pipeline()
    editor.drag_from_palette("Train", 160, 60)
    expect(editor.step("train")).to_have_attribute("data-problems", "1")
    editor.open_tab("Problems")
    expect(editor.page.get_by_role("tabpanel")).to_contain_text("train")
    editor.button("Run Pipeline").click()
    expect(editor.page.get_by_role("alert").first).to_be_visible()
    expect(editor.step("train")).to_have_attribute("data-status", "none")
