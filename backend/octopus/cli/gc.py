"""`octopus gc`: what nothing refers to any more in the data directory -> told, or deleted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from octopus.cli.examples import examples
from octopus.cli.exit_codes import DATA_DIRECTORY, DATABASE
from octopus.cli.failure import failure
from octopus.cli.options import DEFAULT_DATA_DIR, AsJson, DatabaseUrl, DataDir
from octopus.cli.printable import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from octopus.catalog.step_type import CatalogEntry
    from octopus.features.leftovers.leftover import Leftover

_IN_USE = "data_directory_in_use"

Delete = Annotated[bool, typer.Option("--delete", help="Delete it. Needs the data directory for itself: no server.")]
OlderThan = Annotated[
    int | None,
    typer.Option(
        "--older-than",
        min=0,
        metavar="DAYS",
        help="Logs of runs that ended more than this many days ago, too. The runs stay, with their results, metrics "
        "and artifacts. Of Python environments only those that were not used for as long.",
        show_default=False,
    ),
]


def add_gc(app: typer.Typer) -> None:
    @app.command(
        epilog=examples(
            "octopus gc", "octopus gc --delete", "octopus gc --older-than 30 --delete", "octopus gc --json | jq .bytes"
        )
    )
    def gc(
        delete: Delete = False,
        older_than: OlderThan = None,
        as_json: AsJson = False,
        data_dir: DataDir = DEFAULT_DATA_DIR,
        database_url: DatabaseUrl = None,
    ) -> None:
        """Find what nobody needs any more, or delete it.

        Without --delete it only says what in the data directory nothing refers to, and how many bytes that is.
        Found are logs of deleted runs, working copies that a crash has left, frozen copies of projects, fetched
        artifacts, results whose run and artifacts are gone, and Python environments that no project declares as they
        are. Nothing that a run, a result or a pending closing refers to is ever touched, nor are data sets, backups and
        MLflow's own data (`mlflow gc` is for those). While a step runs, or a project cannot be read, environments stay.
        """
        from octopus.bootstrap.database_url import database_path
        from octopus.domain.errors import StorageUnavailable
        from octopus.store.data_directory import DATABASE_NAME

        try:
            database = database_path(database_url, data_dir / DATABASE_NAME)
            found = _leftovers(data_dir, database, older_than, delete) if _is_lived_in(data_dir, database) else []
        except StorageUnavailable as error:
            raise _refused(error, data_dir) from None
        _tell(found, delete, as_json)


def _is_lived_in(data_dir: Path, database: Path) -> bool:
    """Whether there can be leftovers. Without its database, nobody knows what in a data directory is one."""
    if database.is_file():
        return True
    attempts = data_dir / "attempts"
    if attempts.is_dir() and any(attempts.iterdir()):
        raise failure(f"There have been runs in {data_dir}, but there is no database {database}.", DATABASE)
    return False


def _leftovers(data_dir: Path, database: Path, older_than: int | None, delete: bool) -> "list[Leftover]":
    # Imported only here: `octopus --help` must not wait for what looks into attempts.
    from octopus.domain.base import timestamp
    from octopus.features.leftovers.finding import find
    from octopus.features.leftovers.removing import remove
    from octopus.features.projects.projects import Projects

    def declared() -> "Sequence[CatalogEntry] | None":
        return Projects(data_dir).declared()

    before = None if older_than is None else timestamp(datetime.now(UTC) - timedelta(days=older_than))
    if delete:
        return list(remove(data_dir, database, declared=declared, ended_before=before))
    return find(data_dir, database, declared=declared, ended_before=before)


def _tell(found: "list[Leftover]", deleted: bool, as_json: bool) -> None:
    total = sum(one.size_bytes for one in found)
    if as_json:
        items = [one.model_dump(mode="json", exclude_none=True) for one in found]
        typer.echo(json_text({"deleted": deleted, "bytes": total, "items": items}))
        return
    counts, sizes = Counter[str](), Counter[str]()
    for one in found:
        counts[one.kind] += 1
        sizes[one.kind] += one.size_bytes
    for kind, count in counts.items():
        typer.echo(f"{sizes[kind]:>15,} bytes  {count:>7,} {kind}")
    if not found:
        typer.echo("Nothing is left over.")
    elif deleted:
        typer.echo(f"{total:>15,} bytes deleted.")
    else:
        typer.echo(f"{total:>15,} bytes in all. Nothing was deleted: say --delete to delete it.")


def _refused(error: "Exception", data_dir: Path) -> Exception:
    if getattr(error, "code", "") == _IN_USE:
        sentence = f"A server uses {data_dir}: stop it first. Without --delete, this command may look beside it."
        return failure(sentence, DATA_DIRECTORY)
    in_directory = getattr(error, "code", "").startswith("data_directory")
    return failure(str(error), DATA_DIRECTORY if in_directory else DATABASE)
