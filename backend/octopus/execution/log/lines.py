"""LineSplitter: the bytes of one stream -> text lines. Never keeps more than one line's limit in memory."""

LINE_LIMIT = 16 * 1024
"""Bytes of one log line; a longer line is split, so that a step without newlines cannot fill the memory."""


class LineSplitter:
    """Invalid UTF-8 becomes U+FFFD; a split never cuts a character in two."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes, without their newlines."""
        *ended, rest = data.split(b"\n")
        lines: list[str] = []
        for piece in ended:
            self._rest += piece
            lines += self._cut(LINE_LIMIT)
            lines.append(self._take(len(self._rest)))
        self._rest += rest
        return lines + self._cut(LINE_LIMIT)

    def close(self) -> list[str]:
        """The last line, if it had no newline."""
        return [self._take(len(self._rest))] if self._rest else []

    def _cut(self, limit: int) -> list[str]:
        lines: list[str] = []
        while len(self._rest) > limit:
            lines.append(self._take(_character_boundary(self._rest, limit)))
        return lines

    def _take(self, count: int) -> str:
        text = self._rest[:count].decode("utf-8", errors="replace")
        del self._rest[:count]
        return text.removesuffix("\r")


def _character_boundary(data: bytearray, limit: int) -> int:
    """The largest place <= limit that is not inside a UTF-8 sequence (at most 4 bytes long)."""
    for place in range(limit, limit - 4, -1):
        if data[place] & 0xC0 != 0x80:
            return place
    return limit
