"""The real window, which also answers questions on its standard input: where things are and what they say.

    python answering_window.py [SCRIPT]       what `python -m paircat [SCRIPT]` starts

Each line is a Python expression over the functions below; the answer is a line of JSON. It is only asked; whatever is
done to the window is done with the mouse and keys of its screen, by tests/shared/driven_window.py.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QScrollArea,
    QTabBar,
    QToolButton,
    QToolTip,
    QWidget,
)

from paircat.cli.program import main

_FOCUS_MILLISECONDS = 20
__all__ = ["QToolButton", "QToolTip"]  # expressions use them


class Answers(QObject):
    """Lines come from a thread; they are answered where Qt's widgets live."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer)
        self._focus: QTimer | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line)

    def _answer(self, line: str) -> None:
        if self._focus is None:
            self._focus = QTimer(self, interval=_FOCUS_MILLISECONDS)
            self._focus.timeout.connect(give_focus)
            self._focus.start()
        try:
            answer = {"answer": eval(line, {**globals(), "window": window()})}
        except Exception as error:  # not there yet, most often; the asking side decides whether that is a fault
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=str), flush=True)


def give_focus() -> None:
    """What a window manager does, of which a bare screen has none: the front window gets the keyboard.

    A window that floats gets it while the pointer is over it.
    """
    if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
        front = QApplication.activeModalWidget()
    else:
        under = QApplication.topLevelAt(QCursor.pos())
        floats = under is not None and under.windowType() == Qt.WindowType.Tool
        front = under if floats else window()
    if front is not None and QApplication.activePopupWidget() is None and not front.isActiveWindow():
        front.activateWindow()


def window() -> Any:
    """The main window, once it is there."""
    shown = (widget for widget in QApplication.topLevelWidgets() if type(widget).__name__ == "MainWindow")
    return next((widget for widget in shown if widget.isVisible()), None)


# Places on the screen


def spot(widget: QWidget, x: float | None = None, y: float | None = None) -> tuple[int, int]:
    """A widget's middle, or a place in it, if it can be seen there and takes input."""
    place = widget.rect().center() if x is None or y is None else QPoint(round(x), round(y))
    if not widget.isVisible() or not widget.visibleRegion().contains(place):
        raise LookupError(f"{widget.objectName() or type(widget).__name__} cannot be seen at {place.toTuple()}")
    return widget.mapToGlobal(place).toTuple()


def tile(name: str) -> tuple[int, int]:
    """The middle of a node on the canvas."""
    return _in_scene(window().canvas.area([name]).center())


def pipe(node: str, slot: str) -> tuple[int, int]:
    """The middle of the line to an input."""
    source, target = (port.view for port in _ends(node, slot))
    return _in_scene((source.sceneBoundingRect().center() + target.sceneBoundingRect().center()) / 2)


def port(node: str, slot: str) -> tuple[int, int]:
    """An input or output of a node."""
    node_tile = window().canvas.tile(node)
    item = (node_tile.outputs() | node_tile.inputs())[slot].view
    if not item.isVisible():
        raise LookupError(f"{node}.{slot} is not offered")
    return _in_scene(item.sceneBoundingRect().center())


def backdrop_title(name: str) -> tuple[int, int]:
    """Where a backdrop is taken to be moved."""
    return _in_scene(window().canvas.area([name]).topLeft() + QPointF(20, 14))


def bare_canvas(across: float, down: float) -> tuple[int, int]:
    """A place on the canvas, in parts of its size."""
    surface = window().canvas.view.viewport()
    return spot(surface, across * surface.width(), down * surface.height())


def button(text: str) -> tuple[int, int]:
    """A button with this text, in the dialog in front if there is one."""
    return spot(find_button(text))


def find_button(text: str) -> QAbstractButton:
    front = QApplication.activeModalWidget() or window()
    found = [item for item in front.findChildren(QAbstractButton) if item.text().replace("&", "") == text]
    return next(item for item in found if item.isVisible())


def scroller(widget: QWidget) -> tuple[int, int]:
    """A place beside the right edge of what scrolls a widget up and down, where the wheel changes nothing else."""
    area = widget.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    return area.viewport().mapToGlobal(QPoint(area.viewport().width() - 4, area.viewport().height() // 2)).toTuple()


def knob(node: str, name: str) -> tuple[int, int]:
    """The line of text, box or list of a knob in a node's panel."""
    widget = window().properties.panel(node).findChild(QWidget, name)
    parts = (widget.findChild(kind) for kind in (QLineEdit, QComboBox, QCheckBox))
    return spot(next((part for part in parts if part is not None), widget))


def tab(node: str, text: str) -> tuple[int, int]:
    """A tab of a node's panel."""
    for bar in window().properties.panel(node).findChildren(QTabBar):
        for place in range(bar.count()):
            if bar.tabText(place) == text:
                return spot(bar, *bar.tabRect(place).center().toTuple())
    raise LookupError(f"{node} has no tab {text}")


def entry(text: str) -> tuple[int, int]:
    """An entry of the menu that is open."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(item for item in menu.actions() if item.text().replace("&", "") == text and item.isEnabled())
    return spot(menu, *menu.actionGeometry(action).center().toTuple())


def menu_title(text: str) -> tuple[int, int]:
    """Where a menu stands in the menu bar."""
    bar = window().menuBar()
    action = next(item for item in bar.actions() if item.text().replace("&", "") == text)
    return bar.actionGeometry(action).center().toTuple()


def run_cell(node: str, run: str, column: int) -> tuple[int, int]:
    """A cell of the runs table."""
    table = progress(node).table
    row = run_names(node).index(run)
    cell: QRect = table.visualRect(table.runs.index(row, column))
    return spot(table.viewport(), *cell.center().toTuple())


def pixel(x: float, y: float) -> tuple[int, int]:
    """A place of the picture in the viewer, in its pixels, from the top left."""
    image = window().viewer.image
    area = image.rectangle(shown().window)
    size = shown().window
    return spot(image, area.left() + area.width() * x / size.width, area.top() + area.height() * y / size.height)


# What is there


def dialog() -> str:
    """What the dialog in front asks or says; empty without one."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        return f"{box.text()} {box.informativeText()}".strip()
    return box.windowTitle() if isinstance(box, QDialog) else ""


def status_message() -> str:
    """The sentence at the window's lower edge."""
    return window().statusBar().currentMessage()


def progress(node: str) -> Any:
    return window().properties.panel(node).progress_tab


def training(node: str) -> Any:
    return window().properties.trainings.of(node)


def run_names(node: str) -> list[str]:
    """The runs of the table, from the top."""
    return [run.name for run in progress(node).table.runs.runs]


def run_state(node: str, run: str) -> str:
    """As RunState has it."""
    return next(item.info.state.value for item in training(node).snapshots if item.name == run)


def drawn_to(node: str, run: str) -> float:
    """The step that a run's curve has reached on the screen, by its colour."""
    graph = progress(node).graph
    corner = graph.plot.mapTo(window(), QPoint(0, 0))  # what the screen has; to grab the widget would draw it anew
    screen = window().screen().grabWindow(window().winId(), corner.x(), corner.y(), *graph.plot.size().toTuple())
    image = screen.toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1]
    colour = np.array(progress(node).table.runs.colour(run).getRgb()[:3])
    columns = np.flatnonzero((np.abs(pixels.astype(int) - colour).sum(axis=2) < 60).any(axis=0))
    view = graph.plot.getPlotItem().getViewBox()
    return view.mapSceneToView(QPointF(float(columns[-1]), 0)).x()


def status(node: str) -> str:
    """The line below the tabs of a CopyCat."""
    return window().properties.panel(node).status.label.text()


def shown() -> Any:
    """What the viewer has painted last."""
    return window().viewer._answer.left


def values(x: int, y: int) -> list[float]:
    """Red, green and blue of the picture in the viewer, as numbers of the pipeline; the frame must be current."""
    viewer = window().viewer
    assert viewer.is_current and not viewer._answer.error, viewer._answer.error
    image = viewer._answer.a.image
    return [float(value) for value in image.select(("R", "G", "B"))[y, x]]


def painted(x: float, y: float) -> list[int]:
    """The colour on the screen at a place of the picture."""
    widget = window().viewer.image
    place = widget.mapFromGlobal(QPoint(*pixel(x, y)))
    return list(widget.grab().toImage().pixelColor(place).getRgb()[:3])


def grab(path: str) -> bool:
    """Save what the window looks like."""
    return window().grab().save(path)


def _ends(node: str, slot: str) -> tuple[Any, Any]:
    target = window().canvas.tile(node).inputs()[slot]
    return target.connected_ports()[0], target


def _in_scene(place: QPointF) -> tuple[int, int]:
    view = window().canvas.view
    return spot(view.viewport(), *view.mapFromScene(place).toTuple())


if __name__ == "__main__":
    answers = Answers()
    sys.exit(main(sys.argv[1:]))
