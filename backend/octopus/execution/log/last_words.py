"""LastWords: the lines of an attempt's stderr -> the one line that tells why it ended. Keeps apart what the step said
and what `mlflow run`, which shares the stream, said around it."""

import re

_WRAPPER = re.compile(
    r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [A-Z]+ mlflow\.(?:cli|projects)\b[\w.]*: (?:=== )?(?P<words>.*?)(?: ===)?$"
)
_RUN_FAILED = re.compile(r"^Run \(ID '\w+'\) (?:failed|interrupted)")
_EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)\b")

TELLING_LINES = 4
"""Lines kept of an exception's message; the reason has to fit a card."""
WORDS_LIMIT = 500
"""Characters of a line that are repeated in a reason; the whole line is in the log."""


class LastWords:
    """Give it every line of stderr in order."""

    def __init__(self) -> None:
        self.of_step: str | None = None
        self._of_wrapper: str | None = None
        self._exception: list[str] = []

    def hear(self, line: str) -> None:
        if not line.strip():
            return
        if match := _WRAPPER.match(line):
            if not _RUN_FAILED.match(match["words"]):
                self._of_wrapper = match["words"][:WORDS_LIMIT]
            return
        self.of_step = line.strip()[:WORDS_LIMIT]
        if _EXCEPTION.match(line):
            self._exception = [self.of_step]
        elif 0 < len(self._exception) < TELLING_LINES:
            self._exception.append(self.of_step)

    @property
    def of_launcher(self) -> str | None:
        """Why `mlflow run` did not get as far as the step: its own message, else the exception that ended it."""
        return self._of_wrapper or " ".join(self._exception)[:WORDS_LIMIT] or self.of_step
