"""The entry point: joins the two doors. `octopus` and `python -m octopus` begin here."""

from octopus.api.server import serve
from octopus.cli.main import build_cli


def main() -> None:
    build_cli(serve)()


if __name__ == "__main__":
    main()
