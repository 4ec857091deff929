"""WrappingLabel: text of any length that never makes its parent widget wider."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_ZERO_WIDTH_SPACE = "\u200b"
_BREAKS = re.compile(r"(?<=[/\\_])(?=.)")  # after these a path may go on in the next line


class WrappingLabel(QLabel):
    """Plain text that wraps at whatever width it is given, long paths included; it asks for height alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMinimumWidth(0)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """The text as it was set."""
        return self._text

    def setText(self, text: str) -> None:  # noqa: N802  (Qt's name)
        """Show the text; a line may end within a path."""
        self._text = text
        super().setText(_BREAKS.sub(_ZERO_WIDTH_SPACE, text))
