"""NodeSearch: the field that Tab opens; a few letters of a kind's name and Return put it on the canvas."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from paircat.ui.menus import NodeEntry

_ROWS = 9


def rank(text: str, label: str) -> tuple[int, int] | None:
    """How well letters fit a name, less is better; None where they do not occur in it in this order.

    A name that begins with them comes first, then one that holds them together, then one that holds them anywhere.
    """
    wanted, name = text.casefold().replace(" ", ""), label.casefold().replace(" ", "")
    if name.startswith(wanted):
        return 0, len(name)
    if wanted in name:
        return 1, len(name)
    letters = iter(name)
    return (2, len(name)) if all(letter in letters for letter in wanted) else None


class NodeSearch(QFrame):
    """The field and what fits it. It closes on Return, Escape, Tab, and a click elsewhere.

    Signals:
        chosen(kind): of node.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("nodeSearch")
        self._entries: list[NodeEntry] = []
        self._recent: list[str] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name of a node")
        self.found = QListWidget()
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.field)
        layout.addWidget(self.found)
        self.setFixedWidth(230)
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(lambda: self._take(self.found.currentItem()))
        self.found.itemClicked.connect(self._take)
        self.field.installEventFilter(self)

    def open(self, entries: Iterable[NodeEntry], place: QPoint) -> None:
        """Show it at a place of the screen, or as near as it fits, with the kinds that were used last at the top."""
        self._entries = list(entries)
        self.field.clear()
        self._fill("")
        room = (QGuiApplication.screenAt(place) or self.screen()).availableGeometry()
        x = max(room.left(), min(place.x(), room.right() + 1 - self.width()))
        y = max(room.top(), min(place.y(), room.bottom() + 1 - self.height()))
        self.move(x, y)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # keys of the canvas, such as Return and Tab, are the field's while it is open
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape):
                self.close()
                return True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.found.setCurrentRow((self.found.currentRow() + step) % max(self.found.count(), 1))
                return True
        return super().eventFilter(watched, event)

    def _fill(self, text: str) -> None:
        ranked = [(place, entry) for entry in self._entries if (place := rank(text, entry.label)) is not None]
        ranked.sort(key=lambda pair: (pair[0][0], self._since(pair[1].kind), pair[0][1] if text else 0))
        self.found.clear()
        if not ranked:
            self.found.addItem(QListWidgetItem("No node has such a name."))
        for _, entry in ranked:
            item = QListWidgetItem(f"{entry.label}    {entry.path.rpartition('/')[0]}")
            item.setData(Qt.ItemDataRole.UserRole, entry.kind)
            self.found.addItem(item)
        self.found.setCurrentRow(0)
        row = max(self.found.sizeHintForRow(0), 18)
        self.found.setFixedHeight(row * min(max(len(ranked), 1), _ROWS) + 6)
        self._layout.activate()  # the hint is that of the list before until then
        self.resize(self.width(), self.sizeHint().height())  # adjustSize makes no window lower than 100 pixels

    def _since(self, kind: str) -> int:
        return self._recent.index(kind) if kind in self._recent else len(self._recent)

    def _take(self, item: QListWidgetItem | None) -> None:
        self.close()
        kind = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if kind is not None:
            self._recent = [kind, *(other for other in self._recent if other != kind)]
            self.chosen.emit(kind)
