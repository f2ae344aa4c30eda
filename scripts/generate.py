"""Writes every generated file from its one source, or with --check says which of them are not current.

steps' signatures -> MLproject, catalog.json -> docs/steps.md, built_in.pyi
API routes -> openapi.json -> schema.d.ts, docs/api.md
public docstrings -> docs/reference/*.md
commands -> docs/cli.md
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.cli_page import cli_page
from scripts.docs_tables import api_page, steps_page
from scripts.paths import BIN, FRONTEND, PACKAGE, ROOT
from scripts.reference import reference_pages
from scripts.typed_steps import typed_steps

DOCS = ROOT / "docs"
STUB = PACKAGE / "sdk" / "built_in.pyi"


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with the text it should have; what is made from another one comes after it."""
    from octopus.steps.runtime.generate import FOLDER
    from octopus.steps.runtime.generate import generated as step_files

    files = step_files()
    yield from ((FOLDER / name, text) for name, text in files.items())
    yield DOCS / "steps.md", steps_page(json.loads(files["catalog.json"]))
    yield STUB, _formatted(typed_steps(json.loads(files["catalog.json"])))

    openapi = _printed_by([sys.executable, "-m", "octopus.api.openapi"])
    yield FRONTEND / "openapi.json", openapi
    yield FRONTEND / "src" / "api" / "schema.d.ts", _typescript(openapi)
    yield DOCS / "api.md", api_page(json.loads(openapi))
    yield from ((DOCS / "reference" / f"{name}.md", text) for name, text in reference_pages())
    yield DOCS / "cli.md", cli_page()


def main(options: list[str]) -> int:
    check = "--check" in options
    stale = [(path, text) for path, text in generated() if not path.is_file() or path.read_text() != text]
    for path, text in stale:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is not current: run `make generate` and commit what it writes", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            print(f"wrote {name}")
    return 1 if check and stale else 0


def _typescript(openapi: str) -> str:
    """The types of all calls, in the form that `make format` keeps."""
    programs = FRONTEND / "node_modules" / ".bin"
    with tempfile.TemporaryDirectory(prefix="octopus-generate-") as folder:
        source = Path(folder, "openapi.json")
        source.write_text(openapi)
        types = _printed_by([str(programs / "openapi-typescript"), str(source)])
    target = (FRONTEND / "src" / "api" / "schema.d.ts").relative_to(FRONTEND)
    return _printed_by([str(programs / "prettier"), "--stdin-filepath", str(target)], types)


def _formatted(python: str) -> str:
    """In the form that `make format` keeps."""
    return _printed_by([str(BIN / "ruff"), "format", "--stdin-filename", str(STUB), "-"], python)


def _printed_by(argv: list[str], given: str | None = None) -> str:
    answer = subprocess.run(argv, cwd=FRONTEND, input=given, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"{' '.join(argv)} failed:\n{answer.stderr}")
    return answer.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
