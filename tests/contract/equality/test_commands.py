"""Which commands are a plain Python program, and that the words of one are what bash makes of it."""

import subprocess
from pathlib import Path
from shlex import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octopus.warm.python_command import PythonCommand, plain_words, python_command
from tests.support.contract_cases import HOSTILE

ORDINARY = [*"ab1=/.-_:,@%+'\"'\" ", "''", "'c d'", '"e"']
SPECIAL = ["$", "`", "\\", "~", "{a,b}", "*", "&", ";", "#", "!", "\n", "\t", "🐙"]
PIECES = st.sampled_from(ORDINARY * 6 + SPECIAL)
PLAIN = {
    "python a.py": PythonCommand(("python", "a.py"), "a.py", None, ()),
    "\npython a.py\n": PythonCommand(("python", "a.py"), "a.py", None, ()),
    " python3\tfolder/a.py 'b c' \"d\"''e ": PythonCommand(
        ("python3", "folder/a.py", "b c", "de"), "folder/a.py", None, ("b c", "de")
    ),
    "python -u a.py -u": PythonCommand(("python", "-u", "a.py", "-u"), "a.py", None, ("-u",)),
    "python -m a.b '' -m": PythonCommand(("python", "-m", "a.b", "", "-m"), None, "a.b", ("", "-m")),
    "python 'a.py' x=1": PythonCommand(("python", "a.py", "x=1"), "a.py", None, ("x=1",)),
}
OTHERS = [
    "",
    "python",
    "python -u",
    "python -m",
    "python -c 'print(1)'",
    "python -W error a.py",
    "python a",
    "python2 a.py",
    "./python a.py",
    "bash a.sh",
    "A=1 python a.py",
    "python a.py && python b.py",
    "python a.py; python b.py",
    "python a.py | cat",
    "python a.py &",
    "python a.py > out",
    "python a.py $HOME",
    'python a.py "$HOME"',
    "python a.py `id`",
    "python a.py ~",
    "python a.py *",
    "python a.py {a,b}",
    "python a.py [ab]",
    "python a.py \\a",
    "python a.py # comment",
    "python a.py !x",
    "python a.py 'unfinished",
    "python a.py\npython b.py",
    "(python a.py)",
]


@pytest.mark.parametrize("command", PLAIN)
def test_a_plain_python_program_is_known(command: str) -> None:
    assert python_command(command) == PLAIN[command]


@pytest.mark.parametrize("command", OTHERS)
def test_everything_else_is_left_to_the_shell(command: str) -> None:
    assert python_command(command) is None


@pytest.mark.parametrize("value", HOSTILE)
def test_a_parameter_never_makes_a_program_less_plain(value: str) -> None:
    found = python_command(f"python a.py --x={quote(value)}")
    assert found is not None
    assert found.arguments == (f"--x={value}",)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(PIECES, min_size=1, max_size=12).map("".join))
def test_the_words_are_what_bash_makes_of_them(tmp_path_factory: pytest.TempPathFactory, command: str) -> None:
    words = plain_words(command)
    if words is None:
        return
    folder: Path = tmp_path_factory.getbasetemp()
    shell = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' word {command}"], cwd=folder, capture_output=True, check=True, timeout=30
    )
    assert shell.stdout.decode().split("\0")[:-1] == ["word", *words]
