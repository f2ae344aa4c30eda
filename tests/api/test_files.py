"""Logs, artifacts, uploads, the editor's own files: all of what is ours, nothing of what is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.test_runs import IRIS
from tests.api.world import Json, World, document, open_world, problem_of, step
from tests.fakes.instant_backend import Act

CANARY = "canary-7f3a-nobody-may-see-this"
ARTIFACTS = {
    "report.html": "<script>parent.document.cookie</script>",
    "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "picture.png": "not really",
    "table.csv": "=cmd,b\n",
    "notes.txt": "hello",
    "data.json": "{}",
    "script.js": "alert(1)",
    "page.xhtml": "<html/>",
    "model.pkl": "cos\nsystem\n",
    "paper.pdf": "%PDF",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Json]]:
    """A world with a run whose step left files of every kind, and a canary beside its artifacts."""
    folder = tmp_path_factory.mktemp("files")
    with open_world(folder) as world:
        (folder / "canary.txt").write_text(CANARY)
        lines = tuple(f"line {number}" for number in range(1, 2501))
        world.acts["load"] = Act(stdout=lines, stderr=("<script>alert(1)</script>",), outputs=ARTIFACTS)
        run = world.run(document(step("load")))
        out = next((folder / "artifacts").glob("*/artifacts/out"))
        (out / "link.txt").symlink_to(folder / "canary.txt")
        (out / "folder").mkdir()
        yield world, run


def log(world: World, run: Json, **query: object) -> Json:
    answer = world.client.get(f"/api/runs/{run['id']}/steps/load/log", params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def test_a_log_is_read_page_by_page_to_its_end(shown: tuple[World, Json]) -> None:
    world, run = shown
    first = log(world, run)
    assert [line["n"] for line in first["lines"]] == list(range(1, 1001))
    assert not first["complete"]
    last = log(world, run, after_line=2400)
    assert [line["n"] for line in last["lines"]] == list(range(2401, 2502))
    assert last["complete"]
    assert last["lines"][-1] | {"at": ""} == {
        "n": 2501,
        "at": "",
        "stream": "stderr",
        "text": "<script>alert(1)</script>",
    }


def test_a_log_is_searched_whatever_the_case(shown: tuple[World, Json]) -> None:
    world, run = shown
    assert [line["n"] for line in log(world, run, query="LINE 250")["lines"]] == [250, 2500]
    assert log(world, run, query="nothing like it") | {"lines": []} == log(world, run, query="nothing like it")


def test_a_log_is_downloaded_whole(shown: tuple[World, Json]) -> None:
    world, run = shown
    answer = world.client.get(f"/api/runs/{run['id']}/steps/load/log/download")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="load.1.1.log"'
    assert answer.text.splitlines()[:2] == ["line 1", "line 2"]
    assert len(answer.text.splitlines()) == 2501


@pytest.mark.parametrize("query", [{"iteration": 2}, {"attempt": 2}])
def test_an_attempt_that_never_was_has_no_log(shown: tuple[World, Json], query: Json) -> None:
    world, run = shown
    problem_of(world.client.get(f"/api/runs/{run['id']}/steps/load/log", params=query), 404)
    problem_of(world.client.get(f"/api/runs/{run['id']}/steps/nobody/log"), 404)


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 10_001}, {"after_line": -1}, {"iteration": 0}, {"query": "x" * 201}]
)
def test_log_pages_have_limits(shown: tuple[World, Json], query: Json) -> None:
    world, run = shown
    problem_of(world.client.get(f"/api/runs/{run['id']}/steps/load/log", params=query), 422)


@pytest.mark.parametrize("name", sorted(ARTIFACTS))
def test_an_artifact_is_an_attachment_unless_it_is_harmless(shown: tuple[World, Json], name: str) -> None:
    world, run = shown
    answer = world.client.get(f"/api/runs/{run['id']}/steps/load/artifacts/out/{name}")
    assert answer.status_code == 200
    assert answer.text == ARTIFACTS[name]
    harmless = Path(name).suffix in (".png", ".csv", ".txt", ".json")
    assert answer.headers["content-disposition"].startswith("inline" if harmless else "attachment")
    if not harmless:
        assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_part_of_an_artifact_can_be_asked_for(shown: tuple[World, Json]) -> None:
    world, run = shown
    path = f"/api/runs/{run['id']}/steps/load/artifacts/out/notes.txt"
    assert world.client.get(path, headers={"Range": "bytes=1-2"}).text == "el"
    problem_of(world.client.get(path, headers={"Range": "bytes=100-"}), 416)


UP = "../../../canary.txt"
TRAVERSALS = [
    UP,
    f"out/{UP}",
    "out/../../../../canary.txt",
    "..%2f..%2f..%2fcanary.txt",
    "%2e%2e/%2e%2e/%2e%2e/canary.txt",
    "%2e%2e%2f%2e%2e%2f%2e%2e%2fcanary.txt",
    "..%252f..%252f..%252fcanary.txt",
    "....//....//....//canary.txt",
    "..;/..;/..;/canary.txt",
    "..\\..\\..\\canary.txt",
    "..%5c..%5c..%5ccanary.txt",
    "%c0%ae%c0%ae/%c0%ae%c0%ae/canary.txt",
    "%uff0e%uff0e/canary.txt",
    "．．/．．/canary.txt",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "/proc/self/environ",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "\\\\server\\share\\canary.txt",
    "C:\\Windows\\win.ini",
    "C:/Windows/win.ini",
    "out/notes.txt%00.png",
    "out/%00",
    "%00",
    "out/./notes.txt",
    "out//notes.txt",
    "./out/notes.txt",
    "out/notes.txt/",
    "out/",
    "out",
    "out/folder",
    "out/link.txt",
    ".",
    "..",
    "...",
    "%2e",
    "%2e%2e",
    "~/canary.txt",
    "~root/.ssh/id_rsa",
    "$HOME/canary.txt",
    "out/notes.txt?../../canary.txt",
    "out/notes.txt%3f",
    "out/notes.txt%23",
    "out/*",
    "out/notes.tx?",
    "out/\u202etxt.seton",
    "out/nul\x07",
    "-canary.txt",
    "|cat canary.txt",
    "$(cat canary.txt)",
    "`cat canary.txt`",
    "x" * 999,
    "a/" * 400 + "b",
    "mlflow-artifacts:/canary.txt",
    "runs:/x/canary.txt",
    "s3://bucket/canary.txt",
    "http://127.0.0.1/canary.txt",
    "octopus.db",
    "../data/token",
    "../data/octopus.db",
]
BASES = ("/api/runs/{run}/steps/load/artifacts/", "/assets/", "/docs/", "/", "/api/step-types/", "/api/templates/")


@pytest.mark.parametrize("base", BASES)
def test_no_path_leads_out(shown: tuple[World, Json], base: str) -> None:
    world, run = shown
    for attempt in TRAVERSALS:
        address = base.format(run=run["id"]) + attempt.replace("\x07", "%07").replace("`", "%60")
        answer = world.client.get(address.replace(" ", "%20"), follow_redirects=False)
        assert CANARY not in answer.text, attempt
        assert "root:" not in answer.text, attempt
        assert "SQLite format" not in answer.text, attempt
        if base == BASES[0] and "notes.txt" not in attempt and attempt != ".":
            assert answer.status_code in (404, 422), attempt
        assert answer.status_code < 500 or "make build" in answer.text, attempt


def test_every_artifact_of_a_step_is_listed(shown: tuple[World, Json]) -> None:
    world, run = shown
    answer = world.client.get(f"/api/runs/{run['id']}/steps/load/artifacts").json()
    assert answer["items"] == run["steps"][0]["artifacts"]
    assert [one["port"] for one in answer["items"]] == ["data"]


def test_a_port_without_a_value_has_no_preview(shown: tuple[World, Json]) -> None:
    world, run = shown
    assert world.client.get(f"/api/runs/{run['id']}/steps/load/ports/data/preview").status_code == 200
    problem_of(world.client.get(f"/api/runs/{run['id']}/steps/load/ports/nothing/preview"), 404)
    problem_of(world.client.get(f"/api/runs/{run['id']}/steps/load/ports/data/preview?limit=1001"), 422)


def test_a_step_that_never_ran_has_nothing_to_show(own_world: World) -> None:
    own_world.acts["load"] = Act(exit_code=1)
    run = own_world.run(IRIS)
    base = f"/api/runs/{run['id']}/steps/split"
    assert own_world.client.get(f"{base}/log").json()["lines"] == []
    assert own_world.client.get(f"{base}/log/download").text == ""
    assert own_world.client.get(f"{base}/artifacts").json()["items"] == []
    problem_of(own_world.client.get(f"{base}/artifacts/out/data.csv"), 404)


def upload(world: World, name: str, content: bytes = b"a,b\n1,2\n") -> object:
    return world.client.post("/api/datasets", files={"file": (name, content)})


def test_an_uploaded_file_is_listed_until_it_is_deleted(own_world: World) -> None:
    answer = own_world.client.post("/api/datasets", files={"file": ("flowers.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name"], made["size_bytes"], made["location"]) == ("flowers.csv", 8, f"dataset:{made['id']}")
    assert own_world.client.get("/api/datasets").json()["items"] == [made]
    assert own_world.client.delete(f"/api/datasets/{made['id']}").status_code == 204
    assert own_world.client.get("/api/datasets").json()["items"] == []
    problem_of(own_world.client.delete(f"/api/datasets/{made['id']}"), 404)


@pytest.mark.parametrize("name", ["../../escape.csv", "/etc/cron.d/x.csv", "..\\..\\x.csv", "~/x.csv", "nul\0.csv"])
def test_the_name_of_an_upload_is_never_a_path(own_world: World, tmp_path: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if "datasets" not in path.parts}
    answer = own_world.client.post("/api/datasets", files={"file": (name, b"a,b\n1,2\n")})
    assert answer.status_code in (201, 422)
    after = {path for path in tmp_path.rglob("*") if "datasets" not in path.parts}
    assert {path.name for path in after - before} <= {"octopus.db-wal", "octopus.db-shm"}


def test_an_upload_is_multipart_with_one_file(own_world: World) -> None:
    post = own_world.client.post
    problem_of(post("/api/datasets", json={"filepath": "/etc/passwd"}), 415)
    problem_of(post("/api/datasets", data={"file": "text"}), 415)
    problem_of(post("/api/datasets", files={"filepath": ("x.csv", b"a\n1\n")}), 422)
    problem_of(post("/api/datasets", content=b"nonsense", headers={"Content-Type": "multipart/form-data"}), 400)
    assert own_world.client.get("/api/datasets").json()["items"] == []


def test_an_upload_over_its_limit_is_cut_off(own_world: World) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(3 * 2**30)}
    problem_of(own_world.client.post("/api/datasets", content=b"--b", headers=headers), 413)
