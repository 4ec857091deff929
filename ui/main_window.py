"""MainWindow: the viewer above, the canvas below, the properties at the right, and how they hang together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QMessageBox, QWidget

from paircat import __version__
from paircat.engine.errors import PairCatError
from paircat.ui import dialogs, viewer_pipe
from paircat.ui.canvas import Canvas
from paircat.ui.canvas_editing import Editing
from paircat.ui.canvas_errors import CanvasErrors
from paircat.ui.dialogs import Dialogs
from paircat.ui.dock_sizes import DockSizes
from paircat.ui.document import Document
from paircat.ui.keys_dialog import KeysDialog
from paircat.ui.menu_bar import MenuBar
from paircat.ui.project_dialog import ProjectDialog
from paircat.ui.properties import PropertiesBin
from paircat.ui.rename_dialog import RenameDialog
from paircat.ui.services import WindowServices
from paircat.ui.viewer import Viewer
from paircat.ui.viewer_comparison import ViewerComparison
from paircat.ui.viewer_look import ViewerLook
from paircat.ui.viewer_place import ViewerPlace

_SAID_MILLISECONDS = 12_000
_LEAST_CANVAS = 130
"""Pixels of height: two nodes, one below the other."""
_BESIDE = 40
"""Between a CopyCat and the Inference that is made of it."""
_NO_PANEL = ("Dot", "Backdrop", "Viewer")
"""Kinds whose panel does not come up by itself when one is selected."""
_CONTEXT = ("Copy", "Cut", "Paste", "Duplicate", "Delete", "", "Disable", "Rename...", "Swap Inputs", "Extract")


class MainWindow(QMainWindow):
    """
    Args:
        state: the user's own folder, for the window's layout, recent files and autosaves.

    Attributes that commands of a menu.py may use: canvas, editing, document, viewer, properties, services.
    """

    def __init__(self, state: Path) -> None:
        super().__init__()
        self.setDockNestingEnabled(True)
        self._settings = QSettings(str(state / "window.ini"), QSettings.Format.IniFormat)
        self.canvas = Canvas()
        self.editing = Editing(self.canvas)
        self.errors = CanvasErrors(self.canvas)
        self.dialogs = Dialogs(self)
        self.document = Document(self.canvas, self.dialogs, state)
        self.document.may_stop = self._may_stop
        self.viewer = Viewer()
        self.viewer_look = ViewerLook(self.canvas, self.editing.pipe, self.viewer)
        self.viewer_place = ViewerPlace(self.canvas, self.editing.pipe, self.viewer)
        self.viewer_comparison = ViewerComparison(self.canvas, self.editing.pipe, self.viewer)
        self.services = WindowServices(
            folder=self.folder,
            say=self.say,
            complain=self.complain,
            look_at=self.look_at,
            frame=lambda: self.viewer.frame,
            set_frame=lambda number: self.viewer.set_frame(number),
            overlay=lambda picture, caption, corner: self.viewer.overlay(picture, caption, corner),
        )
        self.properties = PropertiesBin(self.canvas, self.services)
        self._lay_out()
        self.menu_bar = MenuBar(self, self.canvas, self.editing.add, self.complain)
        self._update = QTimer(self, singleShot=True, interval=0)
        self._connect()
        self._restore()
        self._title()
        self._show_script()

    # What panels and menus ask for

    def folder(self) -> Path:
        """Where relative paths of knobs start."""
        return self.canvas.path.absolute().parent if self.canvas.path else Path.cwd()

    def say(self, sentence: str) -> None:
        """Show a sentence at the lower edge for a while."""
        self._message(sentence, complaint=False)

    def complain(self, sentence: str) -> None:
        """Show a sentence about something that went wrong."""
        self._message(sentence, complaint=True)

    def look_at(self, name: str, number: int = 0) -> None:
        """Show a node in the Viewer, through an input of this number; its node on the canvas is connected to it."""
        try:
            self.editing.pipe.look_at(name, number)
        except PairCatError as error:
            self.complain(str(error))
        self._show_script()

    def show_selected(self) -> None:
        for name in self.canvas.selected_names():
            self.properties.show_node(name)

    def rename_selected(self) -> None:
        for name in self.canvas.selected_names()[-1:]:
            RenameDialog(self.canvas, name, self).exec()

    def reset_layout(self) -> None:
        """Viewer, canvas and Properties as in a first window."""
        self.dock_sizes.reset()

    def edit_project(self) -> None:
        ProjectDialog(self.canvas, self).exec()

    def recent_entries(self) -> list[tuple[str, object]]:
        return [(str(path), lambda path=path: self.document.open(path)) for path in self.document.recent.paths()]

    def show_keys(self) -> None:
        KeysDialog(self).exec()

    def about(self) -> None:
        QMessageBox.about(
            self,
            "PairCat",
            f"<b>PairCat {__version__}</b><p>Show a network a few before/after frames of a shot, watch it learn, "
            "apply it to the whole sequence.</p><p>Apache License 2.0</p>",
        )

    # How it hangs together

    def _lay_out(self) -> None:
        self.setCentralWidget(self.canvas)
        self.setCorner(Qt.Corner.TopRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.canvas.setMinimumHeight(_LEAST_CANVAS)
        self._dock("Viewer", self.viewer, Qt.DockWidgetArea.TopDockWidgetArea)
        self._dock("Properties", self.properties, Qt.DockWidgetArea.RightDockWidgetArea)
        self.statusBar().setSizeGripEnabled(False)
        self.dock_sizes = DockSizes(self)

    def _dock(self, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(name, self)
        dock.setObjectName(name)
        dock.setFeatures(dock.DockWidgetFeature.DockWidgetMovable | dock.DockWidgetFeature.DockWidgetFloatable)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)

    def _connect(self) -> None:
        canvas, editing = self.canvas, self.editing
        self._update.timeout.connect(self._show_script)
        canvas.changed.connect(self._update.start)
        canvas.node_activated.connect(self.properties.show_node)
        canvas.selection_changed.connect(self._selected)
        canvas.node_clicked.connect(self._clicked)
        canvas.view.menu_wanted.connect(self._open_menu)
        canvas.node_renamed.connect(self._renamed)
        canvas.node_removed.connect(self.viewer.forget_node)
        self.viewer.updated.connect(lambda: self.errors.show(self.viewer.errors))
        self.viewer.fps_changed.connect(lambda fps: canvas.set_project(fps=fps))
        canvas.node_activated.connect(self._look_through)
        editing.looked.connect(self._update.start)
        self.viewer.node_shown.connect(self._look_where_the_viewer_does)
        editing.script_dropped.connect(self.document.open)
        editing.failed.connect(self.complain)
        self.document.changed.connect(self._title)
        self.document.opened.connect(lambda: self.viewer.start_over(self.viewer_look.of_script))
        self.document.opened.connect(self.viewer_place.open)
        self.document.opened.connect(self.viewer_comparison.open)
        self.document.opened.connect(self._show_script)
        self.document.opened.connect(self.statusBar().clearMessage)  # what it says is about the old script
        self.statusBar().messageChanged.connect(lambda text: None if text else self._colour_message(False))
        self.document.saved.connect(self._tell_of_left_out)
        self.document.warned.connect(lambda sentences: self.complain("  ".join(sentences)))
        self.properties.create_inference.connect(self._create_inference)
        self.properties.show_frames.connect(self._compare_pair)
        # A Preview node means the newest checkpoint, so a new one is a changed graph.
        self.properties.training_changed.connect(lambda copycat: self._update.start())
        undo, redo = self.menu_bar.actions.get("Edit/Undo"), self.menu_bar.actions.get("Edit/Redo")
        stack = canvas.undo_stack
        if undo is not None and redo is not None:
            stack.undoTextChanged.connect(lambda text: undo.setText(f"Undo {text}"))
            stack.redoTextChanged.connect(lambda text: redo.setText(f"Redo {text}"))
            stack.canUndoChanged.connect(undo.setEnabled)
            stack.canRedoChanged.connect(redo.setEnabled)
            undo.setEnabled(False)
            redo.setEnabled(False)

    def _show_script(self) -> None:
        self._update.stop()
        self.viewer.set_script(self.canvas.script(), self.folder())
        self.viewer.set_inputs(self.editing.pipe.inputs)
        if self.viewer.node != self.editing.pipe.node:
            self.viewer.show_node(self.editing.pipe.node)
        self.viewer_look.follow()
        self.viewer_comparison.follow()
        self.errors.show(self.viewer.errors)

    def _selected(self, names: list[str]) -> None:
        if len(names) == 1 and self.canvas.kind(names[0]) not in _NO_PANEL:
            self.properties.show_node(names[0])

    def _clicked(self, name: str) -> None:
        """A node that is selected already has its panel opened again, if it was closed."""
        if self.canvas.selected_names() == [name] and self.properties.panel(name) is None:
            self._selected([name])

    def _look_through(self, name: str) -> None:
        """A Viewer node that is double-clicked is the one that is looked through."""
        if self.canvas.kind(name) == viewer_pipe.KIND:
            self.editing.pipe.use(name)
            self._show_script()

    def _look_where_the_viewer_does(self, name: str) -> None:
        """The artist chose a node in the Viewer; its node on the canvas follows."""
        if name != self.editing.pipe.node:
            self.look_at(name)

    def _renamed(self, old: str, new: str) -> None:
        self._show_script()
        self.viewer.rename_node(old, new)

    def _create_inference(self, copycat: str, cat: str) -> None:
        """An Inference beside a CopyCat, on what its Preview input is connected to, or else its Input."""
        sources = self.canvas.sources(copycat)
        source = sources.get("Preview") or sources.get("Input")
        area = self.canvas.area([copycat])
        place = self.canvas.free_place(area.translated(-area.width() - _BESIDE, 0))
        if self.canvas.path is not None and Path(cat).is_relative_to(self.folder()):
            cat = Path(cat).relative_to(self.folder()).as_posix()  # as files that are dropped in
        with self.canvas.step("create Inference"):
            name = self.canvas.add_node("Inference", None, place, {"modelFile": cat}, connect_selected=False)
            if source:
                self.canvas.connect(source, name, "Input")
        self.canvas.view.reveal(self.canvas.area([name]))

    def _compare_pair(self, copycat: str, frame: int) -> None:
        """A CopyCat's Input wiped against its GroundTruth, at a frame."""
        sources = self.canvas.sources(copycat)
        if "Input" in sources and "GroundTruth" in sources:
            self.look_at(sources["Input"])
            self.viewer.compare_with(sources["GroundTruth"])
            self.viewer.set_frame(frame)

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_bar.fill_add_menu(menu)
        menu.addSeparator()
        for name in _CONTEXT:
            action = self.menu_bar.actions.get(f"Edit/{name}")
            if action is not None:
                menu.addAction(action)
            elif not name:
                menu.addSeparator()
        menu.popup(place)

    def _tell_of_left_out(self) -> None:
        """A field that is red is in no file: better to know it before the window is closed."""
        if refusal := self.properties.left_out():
            self.complain(f"Saved, but a red field keeps the value that it had before. {refusal}")

    def _message(self, sentence: str, complaint: bool) -> None:
        self._colour_message(complaint)
        self.statusBar().showMessage(sentence, _SAID_MILLISECONDS)

    def _colour_message(self, complaint: bool) -> None:
        bar = self.statusBar()
        bar.setProperty("complaint", complaint)
        bar.style().polish(bar)

    def _title(self) -> None:
        self.setWindowTitle(f"{self.document.name}[*] - PairCat")
        self.setWindowModified(self.document.modified)

    def _restore(self) -> None:
        """The layout of the last time."""
        geometry, state = self._settings.value("geometry"), self._settings.value("docks")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(state, QByteArray):
            self.restoreState(state)
        self.dock_sizes.restore(str(self._settings.value("shares", "")))

    def _may_stop(self, quitting: bool) -> bool:
        """Ask before what goes on ends with the window or the script; once for all that renders, once for trainings."""
        standing = [render.standing for render in self.properties.write_jobs.running()]
        if standing and self.dialogs.stop_rendering(standing, quitting) != dialogs.STOP:
            return False
        waiting = list(filter(None, (training.in_the_way(quitting) for training in self.properties.trainings.all())))
        return not waiting or self.dialogs.leave_trainings(waiting, quitting) == dialogs.STOP

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        event.ignore()  # also where what follows fails
        if not self.document.may_leave(quitting=True):
            return
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("docks", self.saveState())
        self._settings.setValue("shares", self.dock_sizes.to_text())
        self.document.close()
        self.hide()  # what renders may need a while for its last frame
        self.properties.shutdown()
        self.viewer.shutdown()
        event.accept()
