"""What the terminal shows of a server: where it is, how to get in, how to stop it."""

from rich.console import Console
from rich.text import Text

from octopus import __version__
from octopus.bootstrap.settings import Settings


class Terminal:
    """Lines are never wrapped: an address that is cut in two cannot be clicked."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)

    def greet(self, url: str, settings: Settings) -> None:
        """`url` stands on a line of its own."""
        self._print(Text.assemble(("octopus", "bold"), f" {__version__} is ready.\n"))
        self._print(Text.assemble("  Open   ", (url, "bold cyan")))
        self._print(Text("         (lets one browser in, once; it stays in. Programs send the token.)", "dim"))
        self._print(Text(f"  Data   {settings.data_dir}"))
        if settings.listen_on_all_interfaces:
            warning = f"listening on {settings.host}: other machines can reach this server"
            self._print(Text.assemble("  Note   ", (warning, "bold yellow")))
        self._print(Text("  Stop   Ctrl+C\n"))

    def say(self, sentence: str) -> None:
        self._print(Text(sentence))

    def _print(self, text: Text) -> None:
        self._console.print(text)
        self._console.file.flush()
