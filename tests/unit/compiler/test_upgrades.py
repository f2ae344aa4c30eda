"""Documents of other schema versions."""

import pytest

from octopus.compiler.parse import parse
from octopus.compiler.upgrades import upgraded
from octopus.domain.errors import DocumentTooNew, InvalidDocument


def _rename_title(value: dict[str, object]) -> dict[str, object]:
    return {**{key: item for key, item in value.items() if key != "title"}, "name": value["title"]}


def _add_owner(value: dict[str, object]) -> dict[str, object]:
    return {**value, "owner": "nobody"}


def test_an_old_document_is_upgraded_one_version_at_a_time() -> None:
    old: dict[str, object] = {"schema_version": 1, "title": "Iris", "kept": 1}
    upgrades = (_rename_title, _add_owner)
    assert upgraded(old, upgrades) == {"schema_version": 3, "name": "Iris", "kept": 1, "owner": "nobody"}
    assert old == {"schema_version": 1, "title": "Iris", "kept": 1}


def test_a_document_in_between_gets_only_the_upgrades_it_lacks() -> None:
    value: dict[str, object] = {"schema_version": 2, "name": "Iris"}
    assert upgraded(value, (_rename_title, _add_owner)) == {"schema_version": 3, "name": "Iris", "owner": "nobody"}


def test_a_document_of_the_present_version_stays_as_it_is() -> None:
    value: dict[str, object] = {"schema_version": 1, "name": "Iris"}
    assert upgraded(value) is value


def test_a_newer_document_says_that_a_newer_octopus_is_needed() -> None:
    with pytest.raises(DocumentTooNew, match=r"needs a newer octopus") as caught:
        parse({"schema_version": 2, "name": "x", "something": "new"})
    assert caught.value.status == 409


@pytest.mark.parametrize("version", [0, -1, 1.0, True, "1", None, [1]])
def test_what_is_no_version_is_refused(version: object) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse({"schema_version": version, "name": "x"})
    assert [problem.pointer for problem in caught.value.problems] == ["/schema_version"]
