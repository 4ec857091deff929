"""Theme: the dark, flat look of the window."""

from __future__ import annotations

from importlib import resources

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

ACCENT = "#f2b33d"
_ROLES = {
    QPalette.ColorRole.Window: "#323232",
    QPalette.ColorRole.WindowText: "#d2d2d2",
    QPalette.ColorRole.Base: "#262626",
    QPalette.ColorRole.AlternateBase: "#2c2c2c",
    QPalette.ColorRole.ToolTipBase: "#1e1e1e",
    QPalette.ColorRole.ToolTipText: "#d2d2d2",
    QPalette.ColorRole.PlaceholderText: "#7d7d7d",
    QPalette.ColorRole.Text: "#d2d2d2",
    QPalette.ColorRole.Button: "#454545",
    QPalette.ColorRole.ButtonText: "#d2d2d2",
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.Light: "#5a5a5a",
    QPalette.ColorRole.Midlight: "#4c4c4c",
    QPalette.ColorRole.Mid: "#2a2a2a",
    QPalette.ColorRole.Dark: "#1f1f1f",
    QPalette.ColorRole.Shadow: "#141414",
    QPalette.ColorRole.Link: "#8fb7e8",
    QPalette.ColorRole.Highlight: "#b57f1e",
    QPalette.ColorRole.HighlightedText: "#ffffff",
}
_WHEN_DISABLED = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)


def apply(application: QApplication) -> None:
    """Give a whole application the look."""
    application.setStyle(QStyleFactory.create("Fusion"))
    palette = QPalette()
    for role, color in _ROLES.items():
        palette.setColor(role, QColor(color))
    for role in _WHEN_DISABLED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#777777"))
    application.setPalette(palette)
    font = application.font()
    font.setPixelSize(12)
    application.setFont(font)
    application.setStyleSheet(resources.files("paircat.ui").joinpath("style.qss").read_text(encoding="utf-8"))
