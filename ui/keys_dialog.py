"""KeysDialog: what every key does, as the menus say it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QStyle, QVBoxLayout, QWidget

from paircat.ui import menus
from paircat.ui.viewer_keys import KEYS

_AROUND = QSize(80, 100)  # the screen's that the dialog leaves free, for its frame among others


class KeysDialog(QDialog):
    """As large as its table, or as the screen lets it be; the rest is scrolled to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.table = QLabel(_table(), textFormat=Qt.TextFormat.RichText)
        self.table.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(self.table)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.area, 1)
        layout.addWidget(buttons)
        margins, bar = layout.contentsMargins(), self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        across = margins.left() + margins.right() + bar
        down = margins.top() + margins.bottom() + layout.spacing() + buttons.sizeHint().height() + bar
        wanted = self.table.sizeHint() + QSize(across, down)
        self.resize(wanted.boundedTo(self.screen().availableGeometry().size() - _AROUND))


def _table() -> str:
    """Those of the window, of the nodes and of the viewer beside each other, as rich text."""
    commands = [command for command in menus.commands() if not command.path.startswith("View/Look Through/")]
    window = [(command.shortcut, command.path.rpartition("/")[2]) for command in commands]
    window.append(("1–9", "Connect the selected node to the Viewer"))
    nodes = [(entry.shortcut, entry.kind) for entry in menus.nodes()]
    viewer = [(key, what) for key, what, _ in KEYS if not key.isdecimal()]
    viewer.append(("1–9", "Show what the Viewer's input is connected to"))
    columns = [("Window and canvas", window), ("Add a node", nodes), ("Viewer, under the mouse", viewer)]
    cells = "".join(f"<td>{_column(title, rows)}</td>" for title, rows in columns)
    return f"<table cellspacing='16'><tr>{cells}</tr></table>"


def _column(title: str, rows: list[tuple[str, str]]) -> str:
    lines = [
        f"<tr><td style='white-space:nowrap'><b>{' or '.join(keys.split())}</b>&nbsp;&nbsp;</td>"
        f"<td style='white-space:nowrap'>{what}</td></tr>"
        for keys, what in rows
        if keys
    ]
    return f"<p><b>{title}</b></p><table>{''.join(lines)}</table>"
