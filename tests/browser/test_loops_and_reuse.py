"""Loops, policies, parameters, partial runs and reuse, as hands and eyes meet them: one small pipeline in shell."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.api import wait_until_over
from tests.support.browser import Editor

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.reuse, pytest.mark.timeout(600)]

Json = dict[str, Any]

COUNT = """
n=$(cat "$1")
n=$((${n:-0} + 1))
printf %s "$n" > "$OCTOPUS_OUTPUTS/data"
echo "count $n"
"""
CHECK = """
n=$(cat "$1")
[ "$n" -lt "$2" ] && port=again || port=done
cp "$1" "$OCTOPUS_OUTPUTS/$port"
printf '{"seen": %s}' "$n" > "$OCTOPUS_OUTPUTS/_metrics.json"
echo "saw $n"
"""
ENTRY_POINTS = {
    "count": {
        "command": "sh count.sh {start}",
        "parameters": {"start": "path"},
        "octopus": {
            "title": "Count",
            "inputs": [{"name": "start", "type": "any", "required": False}],
            "outputs": [{"name": "data", "type": "any"}],
        },
    },
    "check": {
        "command": "sh check.sh {data} {goal}",
        "parameters": {"data": "path", "goal": {"type": "float", "default": 2}},
        "octopus": {
            "title": "Check",
            "inputs": [{"name": "data", "type": "any", "required": True}],
            "outputs": [
                {"name": "done", "type": "any", "branch": True},
                {"name": "again", "type": "any", "branch": True},
            ],
        },
    },
}


@pytest.fixture(scope="module")
def counting(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """A document of two steps: one counts, one checks whether that is far enough."""
    folder = tmp_path_factory.mktemp("projects") / "counting"
    folder.mkdir()
    (folder / "MLproject").write_text(json.dumps({"name": "counting", "entry_points": ENTRY_POINTS}))
    (folder / "count.sh").write_text(COUNT)
    (folder / "check.sh").write_text(CHECK)
    added = client.post("/api/projects", json={"path": str(folder)})
    assert added.status_code == 201, added.text
    return {
        "schema_version": 1,
        "name": "Counting",
        "steps": [
            {"id": "count", "type": "counting/count", "position": {"x": 0, "y": 0}},
            {"id": "check", "type": "counting/check", "position": {"x": 0, "y": 180}},
        ],
        "edges": [{"id": "e1", "source": "count", "source_port": "data", "target": "check", "target_port": "data"}],
    }


def open_saved(editor: Editor, client: httpx.Client, document: Json) -> Json:
    """Save `document` as a pipeline of its own and open it; what the server answered."""
    pipeline: Json = client.post("/api/pipelines", json={"document": document}).json()
    editor.page.goto(f"{editor.origin}/pipelines/{pipeline['id']}")
    expect(editor.steps()).to_have_count(len(document["steps"]))
    editor.button("Fit to view").click()
    return pipeline


def saved_document(client: httpx.Client, pipeline: Json) -> Json:
    document: Json = client.get(f"/api/pipelines/{pipeline['id']}").json()["document"]
    return document


def started_by(editor: Editor, *presses: tuple[str, str]) -> tuple[Json, str]:
    """What the last of `presses` (role, name) asks the server to run, and the id of the run."""
    for role, name in presses[:-1]:
        editor.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
    with editor.page.expect_response(
        lambda answer: answer.url.endswith("/api/runs") and answer.request.method == "POST"
    ) as started:
        role, name = presses[-1]
        editor.page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
    assert started.value.status == 201, started.value.text()
    return json.loads(started.value.request.post_data or "{}"), started.value.json()["id"]


def stop(editor: Editor) -> None:
    editor.button("Stop").click()
    expect(editor.button("Run Pipeline")).to_be_enabled(timeout=60_000)


def test_a_wire_drawn_back_is_a_loop_whose_limit_can_be_changed_and_taken_back(
    editor: Editor, client: httpx.Client, counting: Json
) -> None:
    pipeline = open_saved(editor, client, counting)
    editor.connect(("check", "again"), ("count", "start"))
    loop = editor.page.get_by_test_id("edge-e2")
    expect(loop).to_have_attribute("data-kind", "loop")
    label = editor.page.get_by_test_id("edge-label-e2")
    expect(label).to_have_text("again · max 3")
    editor.canvas.locator(".react-flow__edge[data-id='e2']").focus()
    editor.page.keyboard.press("Enter")
    limit = editor.properties.get_by_label("Maximum", exact=True)
    limit.fill("0")
    expect(editor.properties.get_by_role("alert")).to_have_text("Must be at least 1.")
    expect(label).to_have_text("again · max 3")
    limit.fill("5")
    limit.blur()
    expect(label).to_have_text("again · max 5")
    editor.save()
    edge = saved_document(client, pipeline)["edges"][1]
    assert (edge["kind"], edge["max_iterations"], edge["on_limit"]) == ("loop", 5, "fail")
    editor.button("Undo").click()
    expect(label).to_have_text("again · max 3")
    editor.button("Delete edge").click()
    expect(editor.edges()).to_have_count(1)


def test_a_policy_is_set_in_its_form_and_says_what_is_changed(
    editor: Editor, client: httpx.Client, counting: Json
) -> None:
    pipeline = open_saved(editor, client, counting)
    editor.step("count").click()
    editor.properties.get_by_role("button", name="Policy").click()
    retries = editor.properties.get_by_label("Retries", exact=True)
    retries.fill("2")
    retries.blur()
    editor.properties.get_by_role("switch", name="Reuse earlier results").click()
    expect(editor.properties.get_by_role("button", name="Policy 2 changed")).to_be_visible()
    editor.save()
    policy = saved_document(client, pipeline)["steps"][0]["policy"]
    assert (policy["retries"], policy["reuse"], policy["retry_delay_s"]) == (2, False, 1.0)
    editor.properties.get_by_role("button", name="Reset Retries to its default").click()
    expect(retries).to_have_value("0")


def test_a_parameter_made_in_the_settings_is_referred_to_by_a_step_and_given_to_a_run(
    editor: Editor, client: httpx.Client, counting: Json
) -> None:
    pipeline = open_saved(editor, client, counting)
    editor.button("Pipeline settings").click()
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add parameter").click()
    dialog.get_by_label("Name", exact=True).last.fill("goal")
    dialog.get_by_label("Default of goal").fill("3")
    dialog.get_by_role("button", name="Apply").click()
    editor.step("check").click()
    field = editor.properties.locator("[data-parameter='goal']")
    field.get_by_role("button", name="Use an expression").click()
    field.get_by_role("combobox").click()
    editor.page.get_by_role("option", name="${params.goal}").click()
    editor.save()
    document = saved_document(client, pipeline)
    assert document["parameters"]["goal"] == {"type": "float", "default": 3, "description": ""}
    assert document["steps"][1]["params"] == {"goal": "${params.goal}"}
    editor.button("More ways to run").click()
    editor.page.get_by_role("menuitem", name="Run with options…").click()
    editor.page.get_by_role("dialog").get_by_label("goal", exact=True).fill("1")
    body, run_id = started_by(editor, ("button", "Run"))
    assert body == {"pipeline_id": pipeline["id"], "parameters": {"goal": 1}}
    stop(editor)
    assert client.get(f"/api/runs/{run_id}").json()["parameters"] == {"goal": 1}


def test_a_loop_is_watched_its_iterations_are_kept_and_nothing_is_done_twice(
    editor: Editor, client: httpx.Client, counting: Json, tmp_path: Path
) -> None:
    loop = {"id": "e2", "source": "check", "source_port": "again", "target": "count", "target_port": "start"}
    document = {**counting, "edges": [*counting["edges"], {**loop, "kind": "loop", "max_iterations": 3}]}
    open_saved(editor, client, {**document, "name": "Counting twice"})
    _, run_id = started_by(editor, ("button", "Run Pipeline"))
    view = wait_until_over(client, run_id)
    assert view["status"] == "succeeded", view
    expect(editor.page.get_by_test_id("edge-label-e2")).to_have_text("again · 2/3")
    editor.step("check").click()
    editor.open_tab("Logs")
    log = editor.page.get_by_role("log")
    expect(log).to_contain_text("saw 2")
    picker = editor.page.get_by_role("combobox", name="Iteration and attempt")
    picker.click()
    editor.page.get_by_role("option", name="Iteration 1").click()
    expect(log).to_contain_text("saw 1")
    editor.open_tab("Results")
    expect(picker).to_contain_text("Iteration 1")

    expect(editor.step("check")).to_have_attribute("data-foresight", "reuse")
    _, again_id = started_by(editor, ("button", "Run Pipeline"))
    again = wait_until_over(client, again_id)
    assert [(step["status"], step["iteration"]) for step in again["steps"]] == [("reused", 2), ("reused", 2)]
    editor.wait_for_status("check", "reused")
    expect(editor.page.get_by_role("region", name="Results")).to_contain_text(run_id)
    editor.open_tab("Logs")
    expect(log).to_contain_text("saw 2")

    body, _ = started_by(editor, ("button", "More ways to run"), ("menuitem", "Run only this step"))
    assert body["scope"] == {"mode": "only", "step_id": "check"}
    stop(editor)
