"""Chooser widgets: knob widgets with a button that opens a dialog, for files, folders and colours."""

from __future__ import annotations

import os
import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QToolButton, QWidget

from paircat.engine.home_folder import typed_path
from paircat.engine.path_kind import is_folder
from paircat.engine.picture.sequence import Pattern
from paircat.nodes.knobs import Colour, File, Folder
from paircat.ui.knob_widgets import TextWidget
from paircat.ui.number_widgets import NumbersWidget

_HIDDEN = QFileDialog.Option.DontConfirmOverwrite  # a sequence's name is no file; writing itself says what it replaces

_NUMBERED = re.compile(r"(?P<before>(?:.*[^\dvV])?)(?P<frame>\d+)")
_LEAST_DIGITS = 3  # of a frame that no dot parts from a name


class PathWidget(TextWidget):
    """A path to type, or to choose in a dialog. `base` is the folder that relative paths start at."""

    def __init__(self, knob: File | Folder, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.base = Path.cwd()
        self.button = QToolButton(text="…", toolTip=f"Choose the {knob.label.lower()}.")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from field to field
        self.button.clicked.connect(self.choose)
        self.row.addWidget(self.button)
        self.dialog: QFileDialog | None = None
        self.edit.editingFinished.connect(self._show_end)

    def display(self, value: str) -> None:
        before = self.edit.text()
        super().display(value)
        if self.edit.text() != before:
            self._show_end()

    def _show_end(self) -> None:
        """Of a path that is too long the name of the file is seen, not the folders that all of them have in common."""
        self.edit.end(False)

    def choose(self) -> None:
        """Open the dialog; it blocks nothing, and what is chosen there is committed."""
        dialog = QFileDialog(self.window(), f"Choose the {self.knob.label}", str(self._start()))
        if isinstance(self.knob, Folder):
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        elif isinstance(self.knob, File):
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if self.knob.save else dialog.acceptMode())
            dialog.setFileMode(QFileDialog.FileMode.AnyFile if self.knob.save else QFileDialog.FileMode.ExistingFile)
            dialog.setOption(_HIDDEN)
            listed = dialog.sidebarUrls()
            listed += [place for place in map(QUrl.fromLocalFile, self.knob.places) if place not in listed]
            dialog.setSidebarUrls(listed)
            if self.knob.filters:
                dialog.setNameFilters([f"{self.knob.label} ({' '.join(self.knob.filters)})", "All files (*)"])
        dialog.fileSelected.connect(lambda path: self.offer(self._spelled(path)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _start(self) -> Path:
        """The folder that the dialog opens in: the nearest of the present path that exists."""
        place = self.base / typed_path(str(self.shown or ""))
        while not is_folder(place) and place != place.parent:
            place = place.parent
        return place

    def _spelled(self, path: str) -> str:
        """A picture that is one of a numbered sequence stands for all of them."""
        if isinstance(self.knob, File) and not self.knob.save and not self.knob.filters:
            return sequence_of(Path(path))
        return path


class ColourWidget(NumbersWidget):
    """Four numbers, and a swatch that opens a dialog. The swatch shows values above 1 as 1."""

    def __init__(self, knob: Colour, parent: QWidget | None = None) -> None:
        super().__init__(knob, parent)
        self.button = QToolButton(toolTip="Choose the colour.")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from field to field
        self.button.clicked.connect(self.choose)
        self.row.addWidget(self.button)

    def display(self, value: tuple[float, ...]) -> None:
        super().display(value)
        self.button.setStyleSheet(f"background: {_colour(value).name()};")

    def choose(self) -> None:
        dialog = QColorDialog(_colour(self.shown), self.window())
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.colorSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _chosen(self, colour: QColor) -> None:
        red, green, blue, _ = colour.getRgbF()
        self.offer([*(round(number, 4) for number in (red, green, blue)), self.shown[3]])


def sequence_of(path: Path) -> str:
    """The pattern of the numbered sequence that a file belongs to, or its own path where it is alone.

    shot.1001.exr with others of its kind beside it is shot.####.exr, 0001.png is ####.png. The number of a version,
    shot_v002.exr, is no frame's.
    """
    numbered = _NUMBERED.fullmatch(path.stem)
    if numbered is None or not (numbered["before"][-1:] in ("", ".") or len(numbered["frame"]) >= _LEAST_DIGITS):
        return str(path)
    named = str(path.with_name(f"{numbered['before']}{'#' * len(numbered['frame'])}{path.suffix}"))
    pattern = Pattern.parse(named)
    if pattern is None:
        return str(path)
    with os.scandir(path.parent) as entries:
        others = sum(pattern.frame_of(entry.name) is not None for entry in entries)
    return named if others > 1 else str(path)


def _colour(value: tuple[float, ...]) -> QColor:
    return QColor.fromRgbF(*(min(max(float(number), 0.0), 1.0) for number in value[:3]))
