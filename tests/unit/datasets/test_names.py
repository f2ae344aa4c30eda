"""A name given by a user never becomes a path."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.features.datasets.names import SHOWN_LIMIT, extension, is_stored_name, shown_name, stored_name
from tests.fixtures.traversal import CORPUS


def check_stored(name: str) -> None:
    stored = stored_name(name, "csv")
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*-[0-9a-f]{16}\.csv", stored)
    assert len(stored) < 100
    assert is_stored_name(stored)


def check_shown(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= SHOWN_LIMIT
    assert not set(shown) & set("/\\\x00\n\r\u202e")
    assert all(unicodedata.category(c)[0] != "C" for c in shown)


@pytest.mark.parametrize("name", CORPUS)
def test_a_stored_name_has_only_harmless_characters(name: str) -> None:
    check_stored(name)
    check_stored(f"{name}.csv")


@pytest.mark.parametrize("name", CORPUS)
def test_a_shown_name_has_no_folders_and_nothing_invisible(name: str) -> None:
    check_shown(name)


@given(st.text())
def test_so_it_is_for_any_text(name: str) -> None:
    check_stored(name)
    check_shown(name)


@pytest.mark.parametrize("name", CORPUS)
def test_what_a_user_makes_up_is_no_stored_name(name: str) -> None:
    assert not is_stored_name(name)


def test_two_uploads_of_one_name_are_stored_under_two() -> None:
    assert stored_name("iris.csv", "csv") != stored_name("iris.csv", "csv")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kunden Größe.csv", "Kunden Größe.csv"),
        ("C:\\data\\iris.csv", "iris.csv"),
        ("/home/me/iris.csv", "iris.csv"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("", "unnamed"),
        ("..", ".."),
    ],
)
def test_a_shown_name_is_what_the_user_knows(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.CSV", "csv"),
        ("a.tar.gz", "gz"),
        ("csv", ""),
        (".csv", ""),
        ("a.", ""),
        ("x.csv/y", ""),
        ("a.csv\x00", "csv"),
    ],
)
def test_the_ending_is_that_of_the_shown_name(name: str, ending: str) -> None:
    assert extension(name) == ending


def test_a_stored_name_reminds_of_the_users() -> None:
    assert stored_name("Kunden Größe 2026.csv", "csv").startswith("kunden-groe-2026-")
