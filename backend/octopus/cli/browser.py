"""Opening the editor in a browser, where there is one."""

import os
import sys
import threading
import webbrowser


def has_browser() -> bool:
    """Whether somebody sits before this machine's screen: an interactive terminal, a display, not the administrator
    (whose browser refuses to start)."""
    if not sys.stdout.isatty() or os.geteuid() == 0:
        return False
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_browser(url: str) -> None:
    """In the background: some browsers return only when they are closed."""
    threading.Thread(target=webbrowser.open, args=(url,), name="open browser", daemon=True).start()
