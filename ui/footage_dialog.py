"""FootageDialog: chooses files for Reads, or takes the name of a sequence as artists write it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from paircat.engine.path_kind import is_file, is_folder


class FootageDialog(QFileDialog):
    """Several files that are there; or one name that is typed, such as shot.####.exr, or of what is still rendered.

    Qt's own refuses names of files that are not there. Where the system's dialog is used, it does.
    """

    def __init__(self, parent: QWidget, folder: str) -> None:
        super().__init__(parent, "Read", folder)
        self.setFileMode(QFileDialog.FileMode.ExistingFiles)

    def accept(self) -> None:
        typed = self.selectedFiles()
        if len(typed) == 1 and not (is_file(typed[0]) or is_folder(typed[0])):
            self.filesSelected.emit(typed)
            QDialog.accept(self)
        else:
            super().accept()
