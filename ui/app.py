"""The application: `paircat` and `paircat SCRIPT.pcat` end here."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from paircat.ui import plugins, theme
from paircat.ui.main_window import MainWindow

Report = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def main(arguments: Sequence[str] = ()) -> int:
    """Open the window, on a script if one is named, and stay until it is closed.

    Returns:
        The exit status.
    """
    if not _has_display():
        print(
            "There is no display for the window: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it on a desktop, or "
            "use a command such as paircat train, which needs none; paircat --help lists them.",
            file=sys.stderr,
        )
        return 2
    application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName("PairCat")
    application.setDesktopFileName("paircat")
    theme.apply(application)
    failures = plugins.load()
    window = MainWindow(plugins.home())
    sys.excepthook = _report_to(window)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    awake = QTimer(interval=500)  # Python sees a signal only when it has something to do
    awake.timeout.connect(lambda: None)
    awake.start()
    window.show()
    QTimer.singleShot(0, lambda: _begin(window, list(arguments), failures))
    return application.exec()


def _has_display() -> bool:
    """Without one Qt ends the program on its own, with advice about its installation."""
    desktop = sys.platform in ("darwin", "win32") or bool(os.environ.get("QT_QPA_PLATFORM"))
    return desktop or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _begin(window: MainWindow, arguments: list[str], failures: list[str]) -> None:
    """What may ask the artist something, once the window is there."""
    for sentence in failures:
        print(sentence, file=sys.stderr)
    if arguments:
        window.document.open(os.fspath(arguments[0]))
    else:
        window.document.offer_recovery()
    if failures:  # now, since opening takes back what was said before
        window.complain("  ".join(failures))
    window.canvas.setFocus()


def _report_to(window: MainWindow) -> Report:
    """A fault in one corner of the window is said and reported, and does not end it."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        reason = " ".join(f"{kind.__name__}: {error}".split())
        window.complain(f"This is a fault of PairCat itself, not of your work ({reason}). Save your script.")

    return report
