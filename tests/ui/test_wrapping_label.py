"""WrappingLabel: it wraps, and asks for no width."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from paircat.ui.wrapping_label import WrappingLabel

PATH = "/mnt/projects/" + "a_rather_long_folder/" * 30


def test_a_long_path_widens_nothing(qtbot):
    """It goes on in as many lines as it needs, each within the width, and is still the text that was set."""
    window, label = QWidget(), WrappingLabel()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(label)
    before = window.minimumSizeHint().width()
    label.setText("short")
    low = label.heightForWidth(300)
    label.setText(f"The Data Directory '{PATH}' does not exist.")
    assert window.minimumSizeHint().width() == before
    assert label.heightForWidth(300) > 5 * low
    assert label.text() == f"The Data Directory '{PATH}' does not exist."
