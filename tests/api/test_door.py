"""The door: who comes in, from where; nothing is open that does not say so."""

import re

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.testclient import WebSocketDenialResponse

from octopus.api.routing import bare_app
from octopus.api.security.hosts import doorplate
from octopus.api.security.protection import Protection, UndeclaredProtection, declared, open_paths
from tests.api.world import BASE_URL, PORT, TOKEN, World, problem_of

EVIL = "https://evil.example"


def concrete(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "x", path)


def every_route(world: World) -> list[tuple[str, str]]:
    """(method, path) of every call; a mount stands with a path inside it."""
    found: list[tuple[str, str]] = []
    for route in iter_route_contexts(world.app.routes):
        path = concrete(str(route.path))
        if isinstance(route.original_route, Mount):
            found.append(("GET", f"{path}/inside"))
        else:
            found += [(method, path) for method in route.methods or {"WEBSOCKET"}]
    return found


def test_every_route_declares_its_protection_and_only_health_is_open(world: World) -> None:
    protections = declared(world.app.routes)
    assert [path for path, kind in protections.items() if kind is Protection.OPEN] == ["/api/health"]
    assert len(protections) > 25


def test_a_route_without_a_declaration_keeps_the_app_from_starting() -> None:
    for plant in ("route", "socket", "mount"):
        app = bare_app()
        if plant == "route":
            app.add_api_route("/api/planted", lambda: None)
        elif plant == "socket":
            app.add_api_websocket_route("/api/planted", lambda websocket: None)
        else:
            app.mount("/planted", bare_app())
        with pytest.raises(UndeclaredProtection, match="planted"):
            open_paths(app.routes)


def test_without_a_token_every_route_is_closed_but_health(world: World) -> None:
    routes = every_route(world)
    assert ("WEBSOCKET", "/api/runs/x/ws") in routes
    for method, path in routes:
        if method == "WEBSOCKET":
            with (
                pytest.raises(WebSocketDenialResponse) as refusal,
                world.stranger.websocket_connect(f"ws://127.0.0.1:{PORT}{path}"),
            ):
                pytest.fail("let in")
            assert refusal.value.status_code == 401
            continue
        answer = world.stranger.request(method, path, follow_redirects=False)
        expected = 200 if path == "/api/health" else 401
        assert answer.status_code == expected, (method, path)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer ü",
    ],
)
def test_a_wrong_token_is_no_token(world: World, header: str) -> None:
    answer = world.stranger.get("/api/pipelines", headers={"Authorization": header.encode()})
    problem_of(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_in_a_cookie_or_a_query_is_no_token(world: World) -> None:
    problem_of(world.stranger.get(f"/api/pipelines?token={TOKEN}"), 401)
    problem_of(world.stranger.get("/api/pipelines", headers={"Cookie": f"octopus_{PORT}={TOKEN}"}), 401)


def test_a_launch_code_lets_one_browser_in_once(world: World) -> None:
    code = world.app.state.access.new_launch_code()
    first = world.stranger.get(f"/?token={code}", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    session = {"Cookie": cookie.partition(";")[0]}
    assert world.stranger.get("/api/pipelines", headers=session).status_code == 200
    world.stranger.cookies.clear()
    assert world.stranger.get(f"/?token={code}", follow_redirects=False).status_code == 401
    again = world.stranger.get(f"/?token={code}", headers=session, follow_redirects=False)
    assert again.status_code == 303, "who is in already may open the address again"
    world.stranger.cookies.clear()


def test_the_token_itself_opens_any_number_of_browsers(world: World) -> None:
    for _ in range(2):
        assert world.stranger.get(f"/?token={TOKEN}", follow_redirects=False).status_code == 303
        world.stranger.cookies.clear()


def test_a_person_without_a_token_is_told_how_to_get_in(world: World) -> None:
    answer = world.stranger.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert "octopus serve" in answer.text
    assert not re.search(r"(src|href)=.?(https?:)?//", answer.text)
    used = world.stranger.get("/?token=used", headers={"Accept": "text/html"}, follow_redirects=False)
    assert "not valid" in used.text
    assert "used" not in used.text.replace("used_code", "")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:9999",
        f"10.0.0.1:{PORT}",
        f"192.168.1.1:{PORT}",
        f"127.0.0.1.evil.example:{PORT}",
        f"localhost.:{PORT}",
        "",
        f"127.0.0.1:{PORT}@evil.example",
    ],
)
def test_a_foreign_host_is_refused_for_http_and_websocket(world: World, host: str) -> None:
    headers = {"Host": host}
    assert problem_of(world.client.get("/api/pipelines", headers=headers), 421)["code"] == "unknown_host"
    assert world.client.get("/api/health", headers=headers).status_code == 421
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        world.client.websocket_connect(f"ws://127.0.0.1:{PORT}/api/runs/x/ws", headers=headers),
    ):
        pytest.fail("let in")
    assert refusal.value.status_code == 421


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
def test_loopback_names_are_ours(world: World, host: str) -> None:
    assert world.client.get("/api/pipelines", headers={"Host": host}).status_code == 200


def test_names_can_be_added_and_only_with_our_port_or_a_proxys() -> None:
    plate = doorplate("0.0.0.0", 8000, ["octopus.lan", "127.0.0.1:9000"])
    assert plate.knows_host("octopus.lan:8000")
    assert plate.knows_host("octopus.lan")
    assert plate.knows_host("127.0.0.1:9000")
    assert plate.knows_origin("https://octopus.lan")
    assert not plate.knows_host("octopus.lan:9000")
    assert not plate.knows_host("0.0.0.0:8000")
    assert not plate.knows_origin("https://127.0.0.1:8000")


FOREIGN_ORIGINS = [
    EVIL,
    "null",
    f"https://127.0.0.1:{PORT}",
    "http://127.0.0.1:9999",
    "http://localhost:3000",
    "http://127.0.0.1",
    f"http://127.0.0.1:{PORT}.evil.example",
    "",
    f"{BASE_URL}, {EVIL}",
]


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_is_refused_whoever_asks(world: World, origin: str) -> None:
    headers = {"Origin": origin}
    for method, path in (("GET", "/api/pipelines"), ("POST", "/api/pipelines"), ("DELETE", "/api/runs/x")):
        answer = world.client.request(method, path, headers=headers)
        assert problem_of(answer, 403)["code"] == "foreign_origin"
        assert "access-control-allow-origin" not in answer.headers
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        world.client.websocket_connect(f"ws://127.0.0.1:{PORT}/api/runs/x/ws", headers=headers),
    ):
        pytest.fail("let in")
    assert refusal.value.status_code == 403


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:9999"])
def test_no_foreign_page_gets_leave_to_ask(world: World, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = world.client.options("/api/pipelines", headers=headers)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


def browser_session(world: World) -> dict[str, str]:
    cookie: str = world.app.state.access.set_cookie()
    return {"Cookie": cookie.partition(";")[0]}


def test_a_browser_must_say_that_the_page_is_ours(world: World) -> None:
    session = browser_session(world)

    def post(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return world.stranger.post("/api/validate", json={}, headers={**session, **named}).status_code

    assert post() == 403
    assert post(Sec_Fetch_Site="cross-site") == 403
    assert post(Sec_Fetch_Site="same-site") == 403
    assert post(Sec_Fetch_Site="same-origin") == 422
    assert post(Origin=BASE_URL) == 422
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        world.stranger.websocket_connect(f"ws://127.0.0.1:{PORT}/api/runs/x/ws", headers=session),
    ):
        pytest.fail("let in")
    assert refusal.value.status_code == 403


def test_a_foreign_page_cannot_embed_what_is_ours(world: World) -> None:
    headers = {**browser_session(world), "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}
    problem_of(world.stranger.get("/api/pipelines", headers=headers), 403)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b'{"document": {"schema_version": 1, "name": "forged"}}'),
        ("application/x-www-form-urlencoded", b"_method=DELETE&document=x"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n--b--"),
        ("", b"{}"),
        ("application/json5", b"{}"),
    ],
)
def test_only_json_is_read(own_world: World, kind: str, body: bytes) -> None:
    for path in ("/api/pipelines", "/api/runs", "/api/validate", "/api/pipelines/x/duplicate"):
        answer = own_world.client.post(path, content=body, headers={"Content-Type": kind} if kind else {})
        problem_of(answer, 415)
    assert own_world.client.get("/api/pipelines").json()["items"] == []


def test_reading_changes_nothing(own_world: World) -> None:
    for method, path in every_route(own_world):
        if method == "GET" and not path.startswith("/mlflow"):
            own_world.client.get(path, params={"_method": "DELETE"}, headers={"X-HTTP-Method-Override": "DELETE"})
    assert own_world.client.get("/api/pipelines").json()["items"] == []
    assert own_world.client.get("/api/runs").json()["items"] == []


@pytest.mark.parametrize(
    "spoof",
    [
        {"X-Forwarded-Host": "127.0.0.1:8000", "Host": "evil.example"},
        {"X-Original-URL": "/api/health"},
        {"X-Rewrite-URL": "/api/health"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"X-Request-From": "localhost"},
        {"Forwarded": "for=127.0.0.1;host=localhost:8000"},
    ],
)
def test_headers_of_proxies_open_nothing(world: World, spoof: dict[str, str]) -> None:
    assert world.stranger.get("/api/pipelines", headers=spoof).status_code in (401, 421)


def test_every_answer_carries_the_security_headers(world: World) -> None:
    answers = [
        world.client.get("/api/pipelines"),
        world.client.get("/api/pipelines/gone"),
        world.stranger.get("/api/pipelines"),
        world.client.get("/api/pipelines", headers={"Host": "evil.example"}),
        world.client.get("/docs"),
        world.client.get("/"),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers
