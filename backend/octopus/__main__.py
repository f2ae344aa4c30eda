"""The entry point: joins the two doors. `octopus` and `python -m octopus` begin here."""

import gc
from collections.abc import Callable

from octopus.bootstrap.settings import Settings
from octopus.cli.main import build_cli
from octopus.cli.serve import Launch


def main() -> None:
    build_cli(_serve)()


def _serve(settings: Settings, *, on_ready: Callable[[Launch], None], say: Callable[[str], None]) -> None:
    """The HTTP door, imported only when it is wanted: `octopus --help` must not wait for it."""
    # A thousand modules come now and none goes: looking for garbage among them costs a seventh of the start.
    gc.disable()
    from octopus.api.server import serve

    gc.freeze()
    gc.enable()
    serve(settings, on_ready=on_ready, say=say)


if __name__ == "__main__":
    main()
