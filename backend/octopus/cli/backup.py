"""`octopus backup` and `octopus restore`: options -> one file, or a data directory; failures as one sentence each."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from octopus.cli import exit_codes
from octopus.cli.examples import examples
from octopus.cli.options import DEFAULT_DATA_DIR, DatabaseUrl, DataDir, TrackingUri
from octopus.domain.errors import OctopusError, StorageUnavailable

_EXIT_CODES = {
    "backup_exists": exit_codes.USAGE,
    "directory_not_empty": exit_codes.USAGE,
    "data_directory_in_use": exit_codes.DATA_DIRECTORY,
    "data_directory_unusable": exit_codes.DATA_DIRECTORY,
}


def add_backup(app: typer.Typer) -> None:
    @app.command(
        epilog=examples(
            "octopus backup", "octopus backup /mnt/safe/octopus.tar.gz", "octopus backup --without-artifacts"
        )
    )
    def backup(
        file: Annotated[
            Path | None,
            typer.Argument(help="The .tar or .tar.gz to make, or a folder for it. [default: named by the time, here]"),
        ] = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
        database_url: DatabaseUrl = None,
        tracking_uri: TrackingUri = None,
        without_artifacts: Annotated[
            bool, typer.Option("--without-artifacts", help="Only list artifacts, with their digests.")
        ] = False,
    ) -> None:
        """Save everything in one file.

        It may be made while the server works, and holds pipelines, runs, logs of ended runs, data sets,
        projects, artifacts. The access token is not in it; whoever can read the file can read your data."""
        _run(lambda: _backup(_target(file), data_dir, database_url, tracking_uri, not without_artifacts))

    @app.command(
        epilog=examples(
            "octopus restore octopus-backup-20260101T000000Z.tar --data-dir ~/octopus-again",
            "octopus restore octopus.tar.gz --replace",
        )
    )
    def restore(
        file: Annotated[Path, typer.Argument(help="What `octopus backup` made.")],
        data_dir: DataDir = DEFAULT_DATA_DIR,
        replace: Annotated[
            bool, typer.Option("--replace", help="Move what is in the data directory aside, to a folder next to it.")
        ] = False,
    ) -> None:
        """Make a data directory from a backup.

        Every byte is compared with its digest before anything appears. Runs that were going on then
        are ended; nothing is started again."""
        _run(lambda: _restore(file, data_dir, replace))


def _backup(file: Path, data_dir: Path, url: str | None, tracking_uri: str | None, with_artifacts: bool) -> None:
    # Imported only here: `octopus --help` must not wait for a database library.
    from octopus.bootstrap.database_url import database_path, mlflow_url
    from octopus.features.backup.contents import MLFLOW_DATABASE, OCTOPUS_DATABASE
    from octopus.features.backup.writing import Source, backup

    elsewhere = None if tracking_uri == mlflow_url(data_dir / MLFLOW_DATABASE) else tracking_uri
    source = Source(data_dir, database_path(url, data_dir / OCTOPUS_DATABASE), elsewhere)
    manifest = backup(source, file, typer.echo, with_artifacts=with_artifacts)
    listed = "" if with_artifacts else f", {len(manifest.artifacts):,} artifacts listed"
    typer.echo(f"{file}: {len(manifest.expected):,} files, {file.stat().st_size:,} bytes{listed}")


def _restore(file: Path, data_dir: Path, replace: bool) -> None:
    from octopus.features.backup.restoring import restore

    manifest = restore(file.expanduser(), data_dir, typer.echo, replace=replace)
    if not manifest.has_artifacts:
        typer.echo(f"{len(manifest.artifacts):,} artifacts are not in this backup: put their files back yourself")
    typer.echo(f"{data_dir} is as it was at {manifest.made_at}. Start it with: octopus serve --data-dir {data_dir}")


def _target(file: Path | None) -> Path:
    file = (file or Path()).expanduser().absolute()
    return file / f"octopus-backup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar" if file.is_dir() else file


def _run(work: Callable[[], None]) -> None:
    try:
        work()
    except OctopusError as error:
        usual = exit_codes.DATABASE if isinstance(error, StorageUnavailable) else exit_codes.BACKUP
        typer.echo(f"octopus: {error.detail}", err=True)
        raise typer.Exit(_EXIT_CODES.get(error.code, usual)) from None
