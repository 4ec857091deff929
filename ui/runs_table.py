"""RunsTable: the runs of a Data Directory, a row each, with what can be done to them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from paircat.ui import run_format
from paircat.ui.folder_watch import RunSnapshot

Index = QModelIndex | QPersistentModelIndex

EYE, ACTIVE, NAME, STEPS, TIME, LOSS, STATE, COLOUR = range(8)
_TITLES = ("", "", "Name", "Steps", "Time", "Loss", "State", "Colour")
_TIPS = {
    EYE: "Whether the run's curve shows in the graph.",
    ACTIVE: "The run whose contact sheets and previews show, and that Resume, Preview and Create Inference mean.",
    NAME: "Double-click to rename the run and its files.",
    STEPS: "Steps done, of all.",
    TIME: "Time spent training.",
    LOSS: "Mean of the last 50 steps, or of the last 2 % where that is more.",
    COLOUR: "Colour of the run's curve.",
}
_WIDTHS = {EYE: 24, ACTIVE: 24, STEPS: 100, TIME: 54, LOSS: 76, STATE: 84, COLOUR: 54}
_NARROW_COLOUR = 28
_ROOM_FOR_ALL = 560  # a narrower table leaves the state to its tooltips
_ROOM_FOR_TITLE = 500  # a still narrower one the title of the colours, so that names are whole
_ROOM_FOR_LOSS = 380  # and the narrowest the loss
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)  # a view swallows a quick second release
_HUES = (205, 28, 130, 350, 270, 55, 175, 315, 90, 12, 235, 150)


@dataclass(frozen=True)
class RunCommand:
    """An entry of the menu on runs.

    Attributes:
        does: called with the names of the selected runs.
        allowed: whether it can be done to them.
    """

    text: str
    tooltip: str
    does: Callable[[list[str]], None]
    allowed: Callable[[list[RunSnapshot]], bool] = lambda runs: bool(runs)


def colour_of(place: int) -> QColor:
    """The colour of the n-th run that a window has met; the thirteenth is as the first, but paler."""
    again, hue = divmod(place, len(_HUES))
    return QColor.fromHsv(_HUES[hue], max(60, 190 - 55 * again), 235)


class RunsModel(QAbstractTableModel):
    """What the table shows.

    Signals:
        rename_asked: old and new name. activate_asked: name. shown_changed: which curves show.
    """

    rename_asked = Signal(str, str)
    activate_asked = Signal(str)
    shown_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[RunSnapshot, ...] = ()
        self.active = ""
        self.narrow = False
        self._hidden: set[str] = set()
        self._colours: dict[str, QColor] = {}

    def set_runs(self, runs: tuple[RunSnapshot, ...], active: str) -> None:
        """Show these runs. Rows stay selected by name where the same runs come in another order."""
        for run in sorted(runs, key=lambda run: run.name):
            if run.name not in self._colours:
                self._colours[run.name] = colour_of(len(self._colours))
        same = [run.name for run in runs] == [run.name for run in self.runs]
        if not same:
            self.beginResetModel()
        self.runs, self.active = runs, active
        if not same:
            self.endResetModel()
        elif runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(runs) - 1, COLOUR), [])

    def colour(self, name: str) -> QColor:
        return self._colours.get(name, QColor("#b4b4b4"))

    def shows(self, name: str) -> bool:
        """Whether a run's curve is to be drawn."""
        return name not in self._hidden

    def show_curves(self, names: Sequence[str], shown: bool) -> None:
        self._hidden = self._hidden - set(names) if shown else self._hidden | set(names)
        if self.runs:
            self.dataChanged.emit(self.index(0, EYE), self.index(len(self.runs) - 1, EYE), [])
        self.shown_changed.emit()

    def carry_over(self, old: str, new: str) -> None:
        """A renamed run keeps its colour and its eye."""
        if old in self._colours:
            self._colours[new] = self._colours.pop(old)
        if old in self._hidden:
            self._hidden = self._hidden - {old} | {new}

    # -- Qt's questions ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008  (Qt's names)
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return len(_TITLES)

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return "" if self.narrow and section == COLOUR else _TITLES[section]
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS.get(section)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self.runs[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(run, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(line for line in (run.name, run.problem or run_format.progress(run), run.recipe) if line)
        if role == Qt.ItemDataRole.ForegroundRole and (run.problem or run.training) and column in (STEPS, STATE):
            return QColor("#e07a6a" if run.problem else "#8fce7a")
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (STEPS, TIME, LOSS):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        name = self.runs[index.row()].name
        if index.column() != NAME or role != Qt.ItemDataRole.EditRole or not str(value).strip() or value == name:
            return False
        self.rename_asked.emit(name, str(value).strip())
        return True  # the table shows the new name when the files have it

    def _text(self, run: RunSnapshot, column: int) -> str:
        info = run.info
        if column == NAME:
            return run.name
        if column == STEPS:
            return f"{info.steps:,}" + (f" / {info.total_steps:,}" if info.total_steps > info.steps else "")
        if column == TIME:
            return run_format.duration(info.seconds) if info.seconds else "–"
        if column == LOSS:
            return run_format.loss(info.loss)
        if column == STATE:
            return "Unreadable" if run.problem else run_format.state(info)
        return ""


class _Marks(QStyledItemDelegate):
    """Draws the eye, the radio button and the colour, and takes clicks on the first two."""

    def __init__(self, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        name = self._model.runs[index.row()].name
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QRect(0, 0, 14, 14)
        middle.moveCenter(option.rect.center())
        if index.column() == COLOUR:
            bar = option.rect.adjusted(6, 0, -6, 0)
            bar.setHeight(4)
            bar.moveCenter(option.rect.center())
            painter.fillRect(bar, self._model.colour(name))
        elif index.column() == EYE:
            _draw_eye(painter, middle, self._model.shows(name))
        else:
            chosen = name == self._model.active
            painter.setPen(QPen(QColor("#d0d0d0" if chosen else "#909090"), 1.2))
            painter.drawEllipse(middle.adjusted(1, 1, -1, -1))
            if chosen:
                selected = option.state & QStyle.StateFlag.State_Selected
                painter.setBrush(QColor("#ffffff" if selected else "#e8b84a"))  # which is the colour of a selection
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(middle.adjusted(4, 4, -4, -4))
        painter.restore()

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:  # noqa: N802
        if not isinstance(event, QMouseEvent) or event.type() not in _PRESSES:
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        name = self._model.runs[index.row()].name
        if index.column() == EYE:
            self._model.show_curves([name], not self._model.shows(name))
        elif index.column() == ACTIVE:
            self._model.activate_asked.emit(name)
        return True


class RunsTable(QTableView):
    """The table. `commands` fills its menu; whoever owns the table says what they do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs = RunsModel(self)
        self.commands: list[RunCommand | None] = []
        self.menu: QMenu | None = None
        self.setModel(self.runs)
        marks = _Marks(self.runs, self)
        for column in (EYE, ACTIVE, COLOUR):
            self.setItemDelegateForColumn(column, marks)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names that a date makes differ at their ends
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_WIDTHS[EYE])
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.setMinimumHeight(76)

    def set_runs(self, runs: tuple[RunSnapshot, ...], active: str) -> None:
        """As RunsModel.set_runs, without losing the selection; while a name is being typed, nothing moves."""
        if self.state() == QAbstractItemView.State.EditingState:
            return
        selected = self.selected()
        self.runs.set_runs(runs, active)
        if selected != self.selected():
            self.select(selected)

    def selected(self) -> list[str]:
        """The names of the selected runs, from the top."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.runs.runs[row].name for row in rows]

    def select(self, names: Sequence[str]) -> None:
        """Select these runs and no others."""
        self.clearSelection()
        how = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, run in enumerate(self.runs.runs):
            if run.name in names:
                self.selectionModel().select(self.runs.index(row, 0), how)

    def rename(self, name: str) -> None:
        """Have a run's name typed anew in its row."""
        row = next((row for row, run in enumerate(self.runs.runs) if run.name == name), None)
        if row is not None:
            self.edit(self.runs.index(row, NAME))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        self.setColumnHidden(STATE, event.size().width() < _ROOM_FOR_ALL)
        self.setColumnHidden(LOSS, event.size().width() < _ROOM_FOR_LOSS)
        self.runs.narrow = event.size().width() < _ROOM_FOR_TITLE
        self.setColumnWidth(COLOUR, _NARROW_COLOUR if self.runs.narrow else _WIDTHS[COLOUR])
        super().resizeEvent(event)

    def _open_menu(self, place: QPoint) -> None:
        if not self.indexAt(place).isValid():
            return
        names = self.selected()
        chosen = [run for run in self.runs.runs if run.name in names]
        self.menu = QMenu(self)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu.setToolTipsVisible(True)
        for command in self.commands:
            if command is None:
                self.menu.addSeparator()
                continue
            action = QAction(command.text, self.menu, toolTip=command.tooltip, enabled=command.allowed(chosen))
            action.triggered.connect(functools.partial(_do, command, names))
            self.menu.addAction(action)
        self.menu.popup(self.viewport().mapToGlobal(place))


def _do(command: RunCommand, names: list[str], *_: object) -> None:
    command.does(names)


def _draw_eye(painter: QPainter, box: QRect, is_open: bool) -> None:
    painter.setPen(QPen(QColor("#d0d0d0" if is_open else "#6a6a6a"), 1.2))
    lid = box.adjusted(0, 3, 0, -3)
    if is_open:
        painter.drawEllipse(lid)
        painter.setBrush(QColor("#d0d0d0"))
        painter.drawEllipse(box.adjusted(5, 5, -5, -5))
    else:
        painter.drawArc(lid, 180 * 16, 180 * 16)
