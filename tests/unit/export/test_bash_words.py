"""What an exported bash script spells out: the same text for bash, and nothing that a terminal would obey."""

import subprocess

import pytest

from octopus.features.export.bash_script import _quoted, _variables
from octopus.features.export.portable import BUILT_IN, Portable

TEXTS = ("", "it's $(id) `id` \\", "two\nlines\t.", "\x1b[2Jab", "\u202e'\\n\x7f0 ä🐙", "\r#\x85\u2028", "\xa0'")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_a_text_arrives_as_it_is_and_stands_there_visibly(locale: str) -> None:
    words = [_quoted(text) for text in TEXTS]
    script = f"printf '%s\\0' {' '.join(words)}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, env={"LC_ALL": locale})
    assert done.stdout.decode().split("\0")[:-1] == list(TEXTS)
    assert all(word.replace("\n", "").replace("\t", "").isprintable() for word in words)


def test_every_project_has_a_variable_of_its_own() -> None:
    projects = dict.fromkeys(("a-b-2", "a-b", "a_b", "a.b", BUILT_IN), "/x")
    portable = Portable("x", "", "x", {}, (), (), projects, None, None)
    assert list(_variables(portable).values()) == [
        *("PROJECT_a_b_2", "PROJECT_a_b", "PROJECT_a_b_3", "PROJECT_a_b_4"),
        "OCTOPUS_STEPS",
    ]
