"""How willingly the kernel ends this process when memory runs out: 0 as any other, 1000 first of all."""

_FILE = "/proc/self/oom_score_adj"


def own() -> int:
    """0 where the kernel does not say."""
    try:
        with open(_FILE, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 0


def raise_to(score: int) -> None:
    """Never lower. A kernel that has no such file gets along without."""
    if own() >= score:
        return
    try:
        with open(_FILE, "w", encoding="ascii") as file:
            file.write(str(score))
    except OSError:
        return
