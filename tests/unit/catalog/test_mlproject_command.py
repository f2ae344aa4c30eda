"""A value never becomes a part of the program: where MLflow's own quotes would not protect it, the command is refused.

What is taken for safe is proven by the shell itself."""

import shlex
import subprocess
from pathlib import Path

import pytest

from octopus.catalog.mlproject.command import NotATemplate, placeholders

SAFE = [
    "echo {x}",
    "echo --x={x}",
    "echo a{x}b",
    "echo 'quoted' {x}",
    'echo "quoted" {x}',
    'echo "it\'s" {x}',
    "echo 'a'\\''b' {x}",
    'echo "a \\" b" {x}',
    "echo a\\ b {x}",
    "echo \\\n  {x}",
    "echo \\\\ {x}",
    "true # a comment with 'one quote\necho {x}",
    "echo a#{x}",
    "cat <<< {x}",
    "(echo {x})",
    "echo $(echo {x})",
    "echo {{}} {x}",
    "X={x} sh -c 'echo \"$X\"'",
    "true && echo {x} | cat; true",
    "[ {x} = 1 ] && true",
    "[[ 1 -eq 1 ]] && echo {x}",
    "echo $'it\\'s' {x}",
    "echo $$'a' {x}",
]
DANGEROUS = [
    'echo "{x}"',
    "echo '{x}'",
    "echo `echo {x}`",
    'echo "`echo {x}`"',
    "sh -c 'echo {x}'",
    'python -c "print({x})"',
    'echo "a $(echo "{x}")"',
    "echo ${x}",
    "echo $'{x}'",
    "echo \\{x}",
    "echo # {x}",
    "# {x}\ntrue",
    "cat <<END\n{x}\nEND",
    "cat <<'END'\n{x}\nEND",
    "echo $(( {x} ))",
    "(( {x} ))",
    "echo $[ {x} ]",
    "[[ {x} -eq 1 ]]",
    "a[{x}]=1",
    "echo $'\\' {x} '",
    "echo $'it\\'s {x}'",
]
HOSTILE = [
    "$(touch CANARY)",
    "`touch CANARY`",
    "; touch CANARY; echo",
    "' ; touch CANARY ; '",
    '" ; touch CANARY ; "',
    "\n touch CANARY\n",
    "a\ntouch CANARY\n#",
    "x' || touch CANARY #",
    "$(touch CANARY)'$(touch CANARY)",
    "&& touch CANARY",
    "| touch CANARY",
    "a[$(touch CANARY)]",
    "\\'; touch CANARY #",
    "END\ntouch CANARY\n",
    "-e\n--help",
    "\u202e$(touch CANARY)",
]


@pytest.mark.parametrize("command", SAFE)
def test_where_quotes_protect_a_placeholder_is_safe(command: str) -> None:
    assert [(one.name, one.danger) for one in placeholders(command)] == [("x", None)]


@pytest.mark.parametrize("command", SAFE)
def test_no_hostile_value_runs_where_a_placeholder_is_called_safe(command: str, tmp_path: Path) -> None:
    filled = [command.format(x=shlex.quote(value)) for value in HOSTILE]
    script = "\n".join(f"bash -c {shlex.quote(one)} >/dev/null 2>&1" for one in filled)
    subprocess.run(["bash", "-c", script], cwd=tmp_path, check=False, timeout=60)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", DANGEROUS)
def test_where_quotes_do_not_protect_a_placeholder_is_dangerous(command: str) -> None:
    assert [one.name for one in placeholders(command) if one.danger is not None] == ["x"]


@pytest.mark.parametrize(
    "command", ["echo {", "echo }", "echo {}", "echo {0}", "{x.y}", "{x[0]}", "{x!r}", "{x:>9}", "${HOME:-/}"]
)
def test_what_mlflow_could_not_fill_in_is_no_template(command: str) -> None:
    with pytest.raises(NotATemplate, match="written twice"):
        placeholders(command)
