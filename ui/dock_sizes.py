"""DockSizes: how the window's size is shared among canvas, Viewer and Properties, and stays shared as it changes."""

from __future__ import annotations

import json

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStyle

_WINDOW = QSize(1500, 950)
_SHARES = {"Viewer": (520, 950), "Properties": (520, 1500)}
"""What a dock gets of the window's height or width: so many pixels of so many."""
_ACROSS = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)


class DockSizes(QObject):
    """Sizes the docks of a window whenever the window's own size changes.

    Qt alone takes what a small window lacks from a dock, and gives all that a large one has to the middle. Here a dock
    has its part of the height again when there is more of it; of the width never more than the artist has given it.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shares = dict(_SHARES)
        room = window.screen().availableGeometry().size()
        title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        window.resize(_WINDOW.boundedTo(room - QSize(0, title)))
        self._docks = {dock.objectName(): dock for dock in window.findChildren(QDockWidget)}
        self._first = window.saveState()
        for dock in self._docks.values():
            dock.topLevelChanged.connect(lambda _: QTimer.singleShot(0, self, self._note))
        self._pressed = self._sizes()
        self._apply()
        window.installEventFilter(self)

    def to_text(self) -> str:
        """What `restore` takes in a later session."""
        return json.dumps(self._shares)

    def restore(self, text: str) -> None:
        """Share as the artist did; a text that says nothing of the kind changes nothing."""
        try:
            self._shares |= {name: (int(part), max(1, int(whole))) for name, (part, whole) in json.loads(text).items()}
        except (ValueError, TypeError, AttributeError):
            return
        self._apply()

    def reset(self) -> None:
        """Everything in its first place and size."""
        self._window.restoreState(self._first)
        self._shares = dict(_SHARES)
        self._apply()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self._apply()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = self._sizes()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._note_drag)
        return super().eventFilter(watched, event)

    def _apply(self) -> None:
        for name, dock in self._docks.items():
            if not dock.isFloating():
                across = self._is_across(dock)
                part, whole = self._shares[name]
                now = part * self._whole(across) / whole
                way = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
                self._window.resizeDocks([dock], [round(min(now, part) if across else now)], way)

    def _note_drag(self) -> None:
        """A line between two parts may have been moved. Clicks on the lower edge come here as well, and change nothing:
        what a small window has squeezed is not what the artist wants."""
        if self._sizes() != self._pressed:
            self._note()

    def _sizes(self) -> list[QSize]:
        return [dock.size() for dock in self._docks.values()]

    def _note(self) -> None:
        """The artist has moved a line, or a dock: that is how the room is to be shared from now on."""
        for name, dock in self._docks.items():
            if not dock.isFloating():
                across = self._is_across(dock)
                self._shares[name] = (dock.width() if across else dock.height(), self._whole(across))

    def _is_across(self, dock: QDockWidget) -> bool:
        return self._window.dockWidgetArea(dock) in _ACROSS

    def _whole(self, across: bool) -> int:
        return max(1, self._window.width() if across else self._window.height())
