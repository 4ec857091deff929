"""The look of the window."""

import pytest
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionFrame

from paircat.nodes.knobs import Channels
from paircat.ui import theme
from paircat.ui.knob_widgets import SuggestWidget


@pytest.fixture
def themed(qapp):
    """The application as it looks in use; as before afterwards."""
    font, palette = qapp.font(), qapp.palette()
    theme.apply(qapp)
    yield qapp
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_the_text_of_a_list_to_type_into_is_whole(themed, qtbot):
    """A g keeps its tail: there is as much room as the letters are high."""
    widget = SuggestWidget(Channels("channels", "Channels", "Which of them."))
    qtbot.addWidget(widget)
    widget.show()
    QApplication.processEvents()
    option = QStyleOptionFrame()
    widget.edit.initStyleOption(option)
    room = widget.edit.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, widget.edit)
    assert room.height() >= widget.edit.fontMetrics().height()
