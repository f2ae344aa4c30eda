"""The fork server's memory in large pages where the kernel has them: what a fork costs is mostly the copying of page
tables, of which there are then hundreds of times fewer."""

import ctypes

_MADV_COLLAPSE = 25
"""Since Linux 6.1; an older kernel refuses, and nothing is different."""
_LARGE_PAGE = 2 * 1024 * 1024
_OBJECT = 512
"""Bytes: the largest that Python keeps in arenas, which it asks the system for, one megabyte each, as it needs them."""
_ARENAS = 120 * 1024 * 1024
"""Bytes: somewhat less than all that is imported takes of them."""
_KEPT = 1000
"""One object of so many: a few in each arena."""


def gather_arenas() -> object:
    """To be called before anything is imported: Python gets the memory for its small objects in one piece, and not one
    arena after the other wherever there is room between two libraries. What is returned holds it together."""
    objects = [bytes(_OBJECT - bytes.__basicsize__) for _ in range(_ARENAS // _OBJECT)]
    return objects[::_KEPT]


def join_pages() -> None:
    """To be called once, when everything is imported."""
    madvise = ctypes.CDLL(None, use_errno=True).madvise
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        places = [fields for line in file if _is_own_data(fields := line.split())]
    for place in places:
        start, end = (int(bound, 16) for bound in place[0].split("-"))
        if end - start >= _LARGE_PAGE:
            madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)


def _is_own_data(fields: list[str]) -> bool:
    """Writable, and no file's."""
    return "w" in fields[1] and (len(fields) == 5 or fields[5] == "[heap]")
