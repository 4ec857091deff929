"""Another name for a node."""

import pytest
from PySide6.QtCore import Qt

from paircat.ui.rename_dialog import RenameDialog


@pytest.fixture
def dialog(canvas, qtbot):
    """That of Read1, beside a Read2."""
    for _ in range(2):
        canvas.add_node("Read", connect_selected=False)
    made = RenameDialog(canvas, "Read1")
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_name_is_typed_over_the_old_one(dialog, canvas, qtbot):
    """Return takes it."""
    qtbot.keyClicks(dialog.edit, "plate")
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert set(canvas.names()) == {"plate", "Read2"} and not dialog.isVisible()


def test_a_name_that_is_refused_stays_to_be_put_right(dialog, canvas, qtbot):
    """With the sentence that says why; the next one is typed over it."""
    for name, words in (("Read2", "There is a node 'Read2' already"), ("a b", "'a b' cannot be a node's name")):
        qtbot.keyClicks(dialog.edit, name)
        qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
        assert dialog.isVisible() and dialog.edit.text() == name and words in dialog.problem.text()
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and set(canvas.names()) == {"Read1", "Read2"}
