"""`octopus export FILE --to ...`: a pipeline as a script, an Airflow DAG or a Kubeflow pipeline."""

import io
import re
import shutil
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from octopus.cli.connection import connected
from octopus.cli.document_file import given_parameters, read_document
from octopus.cli.examples import examples
from octopus.cli.exit_codes import SERVER, USAGE
from octopus.cli.failure import failure
from octopus.cli.options import DEFAULT_DATA_DIR, DataDir, File, Params, Profile, Server
from octopus.domain.errors import ServerUnreachable
from octopus.sdk.archives import archive

if TYPE_CHECKING:
    import httpx

PROGRAM_MODE = 0o755
FILE_MODE = 0o644


class Target(StrEnum):
    PYTHON = "python"
    BASH = "bash"
    AIRFLOW = "airflow"
    KFP = "kfp"


To = Annotated[
    Target, typer.Option("--to", help="python, bash: a script; airflow: a DAG; kfp: a Kubeflow pipeline (YAML).")
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        help="Where to write it: a file, a folder, or - for the terminal. [default: its own name in this folder]",
        show_default=False,
    ),
]
Vendor = Annotated[
    bool, typer.Option("--vendor", help="Write a folder with the files of the steps' projects beside it.")
]
Image = Annotated[
    str | None, typer.Option("--image", help="kfp: the container image of the steps.", show_default=False)
]


def add_export(app: typer.Typer) -> None:
    @app.command(
        epilog=examples(
            "octopus export iris.yaml --to bash",
            "octopus export iris.yaml --to python --output - --param threshold=0.9",
            "octopus export iris.yaml --to airflow --vendor --output dags",
        )
    )
    def export(
        file: File,
        to: To,
        output: Output = None,
        param: Params = None,
        profile: Profile = None,
        vendor: Vendor = False,
        image: Image = None,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Write a pipeline as a program that needs no octopus server."""
        document = read_document(file)
        body = {
            "document": document,
            "to": to.value,
            "parameters": given_parameters(document, param or ()),
            "profile": profile,
            "vendor": vendor,
            "image": image,
        }
        with connected(data_dir, server) as connection:
            answer = connection.request("POST", "/export", json=body)
        try:
            written = _unpack(answer, output) if vendor else _write(answer, output, to in (Target.PYTHON, Target.BASH))
        except OSError as error:
            raise failure(f"{error.filename or output}: {error.strerror}.", USAGE) from None
        if written is not None:
            typer.echo(f"Wrote {written}.")


def _write(answer: "httpx.Response", output: str | None, is_program: bool) -> Path | None:
    """None: it went to the terminal."""
    if output == "-":
        typer.echo(answer.text, nl=False)
        return None
    place = Path(output or ".")
    place = place / _name_of(answer) if place.is_dir() else place
    place.write_bytes(answer.content)
    if is_program:
        place.chmod(PROGRAM_MODE)
    return place


def _unpack(answer: "httpx.Response", output: str | None) -> Path:
    """The archive's one folder, in the folder `output`. A server may be anybody's: nothing else is touched."""
    if output == "-":
        raise failure("--vendor writes a folder: name one with --output.", USAGE)
    into = Path(output or ".")
    folder = into / _name_of(answer).removesuffix(".zip")
    if folder.exists():
        raise failure(f"{folder} is there already; move it away or choose another --output.", USAGE)
    try:
        with archive(io.BytesIO(answer.content), _name_of(answer)) as packed:
            strays = [entry for entry in packed.infolist() if not _lies_in(folder.name, entry.filename)]
            for entry in () if strays else packed.infolist():
                is_program = bool(entry.external_attr >> 16 & 0o100)
                Path(packed.extract(entry, into)).chmod(PROGRAM_MODE if is_program else FILE_MODE)
    except ServerUnreachable as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise failure(error.detail, SERVER) from None
    if strays:
        raise failure(f"The server's archive has files outside of {folder.name}; nothing was written.", SERVER)
    return folder


def _lies_in(folder: str, name: str) -> bool:
    first, *rest = name.split("/")
    return first == folder and bool(rest) and not {"", ".", ".."} & set(rest)


def _name_of(answer: "httpx.Response") -> str:
    """The server's own name for it, if that is a plain one."""
    found = re.search(r'filename="([a-z0-9_]+\.[a-z]+)"', answer.headers.get("Content-Disposition", ""))
    return found[1] if found else "pipeline.txt"
