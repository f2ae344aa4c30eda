"""Folders that are sent as archives: whole, and nothing of them stays behind."""

import asyncio
import io
import os
import tempfile
import zipfile
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from octopus.api.downloads import download_response


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {}")
    return folder


def downloaded(folder: Path, **headers: str) -> httpx.Response:
    async def send(_request: Request) -> Response:
        return await download_response(str(folder))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=[Route("/", send)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/", headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize(("headers", "status"), [({}, 200), ({"Range": "bytes=99999-"}, 416), ({"Range": "x"}, 416)])
def test_the_archive_is_gone_afterwards(folder: Path, headers: dict[str, str], status: int) -> None:
    assert downloaded(folder, **headers).status_code == status
    assert list((folder.parent / "temporary").iterdir()) == []


def test_a_file_may_be_older_than_archives(folder: Path) -> None:
    os.utime(folder / "MLmodel", (0, 0))
    with zipfile.ZipFile(io.BytesIO(downloaded(folder).content)) as archive:
        assert archive.namelist() == ["MLmodel"]


def test_names_that_are_no_utf8_come_percent_encoded(folder: Path) -> None:
    (folder / "caf\udce9 ä.csv").write_text("latin")
    with zipfile.ZipFile(io.BytesIO(downloaded(folder).content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "MLmodel": b"flavors: {}",
            "caf%E9 ä.csv": b"latin",
        }
    alone = downloaded(folder / "caf\udce9 ä.csv")
    assert (alone.status_code, alone.text) == (200, "latin")
    assert alone.headers["X-Octopus-Name"] == "caf%E9%20%C3%A4.csv"
    assert alone.headers["Content-Disposition"] == "attachment; filename*=utf-8''caf%25E9%20%C3%A4.csv"
    folder_too = folder.rename(folder.with_name("mod\udcffel"))
    assert downloaded(folder_too).headers["X-Octopus-Name"] == "mod%FFel"


def test_what_a_link_leads_to_outside_stays_here(folder: Path) -> None:
    (folder.parent / "secret").write_text("s")
    (folder / "link").symlink_to("../secret")
    with zipfile.ZipFile(io.BytesIO(downloaded(folder).content)) as archive:
        assert archive.namelist() == ["MLmodel"]
