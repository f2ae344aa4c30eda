"""The training pipeline with its retrain loop, run three times from the editor: the threshold that a person types
decides whether the first model passes, a later one, or none. No step knows its iteration; what retrain changes does."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.api import step_of, wait_until_over
from tests.support.browser import Editor
from tests.support.mlflow_store import MlflowStore
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.reuse, pytest.mark.timeout(900)]

LIMIT_S = 600
FIRST_TIME, LATER, NEVER = "0.8", "0.85", "0.99"
LIMIT_REASON = "loop retrain -> train reached its limit of 3 iterations"


def run_with_threshold(editor: Editor, client: httpx.Client, threshold: str) -> dict[str, Any]:
    """Types the threshold into the form before the run; the run's view when it has ended."""
    editor.button("More ways to run").click()
    editor.page.get_by_role("menuitem", name="Run with options").click()
    dialog = editor.page.get_by_role("dialog")
    dialog.get_by_label("threshold", exact=True).fill(threshold)
    with editor.page.expect_response(lambda answer: answer.url.endswith("/api/runs")) as started:
        dialog.get_by_role("button", name="Run", exact=True).click()
    run: dict[str, Any] = started.value.json()
    assert run["parameters"] == {"threshold": float(threshold)}
    return wait_until_over(client, run["id"], LIMIT_S)


def step_runs(client: httpx.Client, view: dict[str, Any], step_id: str) -> list[dict[str, Any]]:
    items = client.get(f"/api/runs/{view['id']}/steps").json()["items"]
    return [item for item in items if item["id"] == step_id]


def test_the_threshold_decides_whether_the_first_model_passes_a_later_one_or_none(
    editor: Editor, client: httpx.Client, server: ServerProcess
) -> None:
    editor.button("New from template").click()
    editor.page.get_by_role("dialog").get_by_text("Training pipeline").click()
    expect(editor.step("retrain")).to_be_visible()

    first = run_with_threshold(editor, client, FIRST_TIME)
    assert first["status"] == "succeeded", first
    editor.wait_for_status("deploy", "succeeded")
    editor.wait_for_status("retrain", "skipped")
    assert [run["iteration"] for run in step_runs(client, first, "train")] == [1]

    later = run_with_threshold(editor, client, LATER)
    assert later["status"] == "succeeded", later
    editor.wait_for_status("deploy", "succeeded")
    assert later["loop_counts"] == {"e14": 2}
    trained = step_runs(client, later, "train")
    assert [run["iteration"] for run in trained] == [1, 2]
    assert [run["status"] for run in trained] == ["reused", "succeeded"]
    assert len({run["mlflow_run_id"] for run in trained}) == 2
    kept = MlflowStore(server.data_dir / "mlflow.db")
    assert {kept.run(run["mlflow_run_id"]).tags["octopus.iteration"] for run in trained} == {"1", "2"}
    recalls = [run["metrics"]["recall"] for run in step_runs(client, later, "evaluate")]
    assert [recall >= float(LATER) for recall in recalls] == [False, True]
    deploys = step_runs(client, later, "deploy")
    assert [run["status"] for run in deploys] == ["skipped", "succeeded"]
    for run in trained[1:]:
        lines = client.get(f"/api/runs/{later['id']}/steps/train/log", params={"iteration": run["iteration"]}).json()
        assert lines["lines"], run

    never = run_with_threshold(editor, client, NEVER)
    assert (never["status"], never["reason"]) == ("failed", LIMIT_REASON)
    assert step_of(never, "deploy")["status"] == "skipped"
    expect(editor.page.get_by_text(LIMIT_REASON).first).to_be_visible()
    assert step_runs(client, never, "train")[0]["status"] == "reused"
    assert [run["iteration"] for run in step_runs(client, never, "evaluate")] == [1, 2, 3]
