"""The keys, as F1 lists them."""

import paircat.menu  # noqa: F401  (says what the keys do)
from paircat.ui.keys_dialog import KeysDialog


def test_each_key_is_listed_once(qtbot):
    """Those of the window, of the nodes and of the viewer."""
    dialog = KeysDialog()
    qtbot.addWidget(dialog)
    for words in ("Ctrl+Shift+Z or Ctrl+Y", "CopyCat", "Frame All", "Difference of A and B"):
        assert dialog.table.text().count(words) == 1, words


def test_it_is_never_larger_than_the_screen(qtbot):
    """What has no room is scrolled to, and the button that closes it is in sight."""
    dialog = KeysDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    room = dialog.screen().availableGeometry().size()
    assert dialog.width() < room.width() and dialog.height() < room.height()
    hidden = dialog.table.sizeHint().height() - dialog.area.viewport().height()
    assert dialog.area.verticalScrollBar().maximum() >= max(hidden, 0)
    assert dialog.area.geometry().bottom() < dialog.height()
