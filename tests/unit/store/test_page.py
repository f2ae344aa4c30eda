"""Cursors are opaque: only what a list gave out is taken back."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.domain.errors import InvalidRequest
from octopus.store.page import MAX_PAGE, check_limit, decode_cursor, encode_cursor


@given(st.text(), st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_cursor_leads_back_to_its_position(name: str, number: int) -> None:
    cursor = encode_cursor([name, number])
    assert decode_cursor(cursor, (str, int)) == (name, number)
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?# ")


@given(st.text())
def test_any_other_text_is_refused(garbage: str) -> None:
    with pytest.raises(InvalidRequest, match="cursor"):
        decode_cursor(garbage, (int,))


@pytest.mark.parametrize("inside", ["true", "1.5", "null", '["a"]', "[true]", "[1,2]", "{}", "[1e400]", "[9e99]"])
def test_a_position_of_another_shape_is_refused(inside: str) -> None:
    with pytest.raises(InvalidRequest):
        decode_cursor(base64.urlsafe_b64encode(inside.encode()).decode(), (int,))


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**4000])
def test_a_number_that_sqlite_cannot_hold_is_refused(number: int) -> None:
    with pytest.raises(InvalidRequest):
        decode_cursor(encode_cursor([number]), (int,))


def test_a_deeply_nested_cursor_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        decode_cursor(base64.urlsafe_b64encode(b"[" * 200_000).decode(), (int,))


@pytest.mark.parametrize("limit", [0, -1, MAX_PAGE + 1, 10**9])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(InvalidRequest, match="limit"):
        check_limit(limit)


@pytest.mark.parametrize("limit", [1, MAX_PAGE])
def test_a_limit_in_range_is_taken(limit: int) -> None:
    assert check_limit(limit) == limit
