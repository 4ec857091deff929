"""A second program on the screen, from which files can be dragged: what a file browser is to the window.

python drag_source.py X Y PATH...       a small window at X, Y of the screen; drag from it with the left button
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

SIZE = 60


class Files(QLabel):
    """Offers the files to whoever they are dropped on."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__("files")
        self._paths = paths
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFixedSize(SIZE, SIZE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(data)
        print("dragging", flush=True)
        dropped = drag.exec(Qt.DropAction.CopyAction)
        print("dropped" if dropped == Qt.DropAction.CopyAction else "refused", flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    files = Files(sys.argv[3:])
    files.move(int(sys.argv[1]), int(sys.argv[2]))
    files.show()
    application.processEvents()
    print("ready", flush=True)
    sys.exit(application.exec())
