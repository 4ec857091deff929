"""Editing: what the artist does to the canvas with keys, menus, the pointer and drops; each is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, QRectF, Signal
from PySide6.QtWidgets import QApplication

from paircat.engine.errors import PairCatError
from paircat.ui import canvas_clipboard, canvas_drop, canvas_node, menus, viewer_pipe
from paircat.ui.canvas import Canvas
from paircat.ui.canvas_search import NodeSearch
from paircat.ui.chooser_widgets import sequence_of
from paircat.ui.footage_dialog import FootageDialog
from paircat.ui.viewer_pipe import ViewerPipe

_MARGIN = 40
_BETWEEN = 24.0  # dropped nodes


class Editing(QObject):
    """Commands for the selection of a canvas. `pipe` says what is looked at.

    Signals:
        script_dropped(path): a script was dropped, to be opened.
        looked(): a number key has said what to look at, maybe through another Viewer node than before.
        failed(sentence): something could not be done, and why.
    """

    script_dropped = Signal(str)
    looked = Signal()
    failed = Signal(str)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.pipe = ViewerPipe(canvas)
        self.chooser: FootageDialog | None = None
        self._footage: Path | None = None  # the folder that files were chosen from last
        self.search = NodeSearch(canvas)
        self.search.chosen.connect(self.add)
        canvas.view.dropped.connect(self.drop)
        canvas.view.circle_drawn.connect(lambda *ends: self._try(lambda: canvas.connect(*ends)))  # says why not

    # Adding

    def add(self, kind: str) -> None:
        """A new node, connected to the selection; a Read asks for its file first."""
        if kind == "Backdrop":
            self.add_backdrop()
        elif kind == "Read":
            self.choose_files()
        else:
            self._try(lambda: self._add(kind))

    def _add(self, kind: str) -> None:
        """A Preview of a CopyCat shows what that one's Preview, or else its Input, is connected to."""
        canvas = self.canvas
        with canvas.step(f"add {kind}"):
            name = canvas.add_node(kind)
            trained = canvas.sources(name).get("CopyCat")
            slots = canvas.sources(trained) if trained else {}
            source = slots.get("Preview") or slots.get("Input")
            if source and "Source" not in canvas.sources(name):
                canvas.connect(source, name, "Source")
        canvas.view.reveal(canvas.area([name]))

    def choose_files(self) -> None:
        """A Read, where the pointer is now, of each file or sequence that is chosen in a dialog; it blocks nothing."""
        view, folder = self.canvas.view, self._folder() or Path.cwd()
        place = view.pointer()
        chooser = FootageDialog(view.window(), str(self._footage or folder))
        chooser.filesSelected.connect(lambda paths: self._read(paths, place))
        chooser.finished.connect(chooser.deleteLater)
        self.chooser = chooser
        chooser.open()

    def open_search(self) -> None:
        """The field for a node's name, at the pointer."""
        view = self.canvas.view
        place = view.viewport().mapFromGlobal(view.cursor().pos())
        if not view.viewport().rect().contains(place):
            place = view.viewport().rect().center() - QPoint(self.search.width() // 2, 80)
        self.search.open(menus.nodes(), view.viewport().mapToGlobal(place))

    def add_backdrop(self) -> None:
        """A backdrop around the selection, or an empty one where nothing is selected."""
        canvas = self.canvas
        area = canvas.area(canvas.selected_names())
        if area.isEmpty():
            canvas.add_node("Backdrop", connect_selected=False)
            return
        area.adjust(-_MARGIN, -_MARGIN - 30, _MARGIN, _MARGIN)
        size = (round(area.width()), round(area.height()))
        canvas.add_node("Backdrop", None, (area.x(), area.y()), {"size": size}, connect_selected=False)

    # The selection

    def copy(self) -> None:
        names = self.canvas.selected_names()
        if names:
            QApplication.clipboard().setText(canvas_clipboard.copied_text(self.canvas.script(), names))

    def cut(self) -> None:
        self.copy()
        self.delete()

    def paste(self) -> None:
        """Put the clipboard's nodes where the pointer is, or near to it where they would not be seen or cover others.

        What hung with its first input on a node that was not copied hangs on the one that is selected now.
        """
        self._try(lambda: self._paste(QApplication.clipboard().text()))

    def duplicate(self) -> None:
        """Copies beside the originals, on the same sources."""
        names = self.canvas.selected_names()
        if not names:
            return
        script = self.canvas.script()
        text, originals = canvas_clipboard.copied_text(script, names), set(script.nodes)
        nodes = canvas_clipboard.pasted_nodes(text, script, lambda name, _: name if name in originals else None)
        right = round(self.canvas.area(names).width()) + 30
        self.canvas.add(canvas_clipboard.moved(nodes, right, 0), "duplicate")
        self.canvas.view.reveal(self.canvas.area(self.canvas.selected_names()))

    def delete(self) -> None:
        self._try(lambda: self.canvas.remove(self.canvas.selected_names()))

    def toggle_disabled(self) -> None:
        """Disable the selected nodes, or enable them if all are disabled."""
        names = self.canvas.selected_names()
        if names:
            self.canvas.set_disabled(names, not all(self.canvas.disabled(name) for name in names))

    def select_all(self) -> None:
        self.canvas.select(self.canvas.names())

    def extract(self) -> None:
        """Take the selected nodes out of the flow: what hung on them hangs on their sources."""
        canvas = self.canvas
        names = canvas.selected_names()
        if not names:
            return
        heirs = {name: canvas_node.source_beyond(canvas.tile(name), set(names)) for name in names}
        with canvas.step("extract"):
            for name, heir in heirs.items():
                for other, slot in canvas.consumers(name):
                    if other in names:
                        continue
                    if heir and slot != canvas.kind(name):
                        canvas.connect(heir, other, slot)
                    else:
                        canvas.disconnect_input(other, slot)
                for slot, source in canvas.sources(name).items():
                    if source not in names:
                        canvas.disconnect_input(name, slot)

    def swap_inputs(self) -> None:
        """Exchange the first two inputs of each selected node, such as Input and GroundTruth."""
        canvas = self.canvas
        chosen = [name for name in canvas.selected_names() if len(canvas.node(name).slots()) > 1]
        if not chosen:
            return
        with canvas.step("swap inputs"):
            for name in chosen:
                pair = [slot.name for slot in canvas.node(name).slots()[:2]]
                sources = [canvas.sources(name).get(slot) for slot in pair]
                for slot, source in zip(pair, reversed(sources), strict=True):
                    canvas.connect(source, name, slot) if source else canvas.disconnect_input(name, slot)

    # Looking

    def frame(self) -> None:
        """Show the selection, or everything where nothing is selected."""
        self._frame(self.canvas.selected_names() or self.canvas.names())

    def frame_all(self) -> None:
        self._frame(self.canvas.names())

    def look(self, number: int) -> None:
        """A number key: connect the selected node to that input of the Viewer node and look at it; with nothing
        selected, look at what is connected there. A Viewer that is selected too is the one that is meant."""
        canvas = self.canvas
        names = canvas.selected_names()
        for viewer in [name for name in names if canvas.kind(name) == viewer_pipe.KIND][-1:]:
            self.pipe.use(viewer)
        sources = [name for name in names if canvas.node(name).output]
        if sources:
            self._try(lambda: self.pipe.look_at(sources[-1], number))
        else:
            self._try(lambda: self.pipe.look_through(number))
        self.looked.emit()

    def _frame(self, names: list[str]) -> None:
        if names:
            self.canvas.view.frame(self.canvas.area(names))

    # What comes from outside

    def drop(self, data: QMimeData, x: float, y: float) -> None:
        """Files become nodes, a script is opened, text of nodes is pasted."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        scripts = canvas_drop.scripts(paths)
        if scripts:
            self.script_dropped.emit(str(scripts[0]))
        elif paths:
            self._try(lambda: self._add_files(paths, x, y))
        elif canvas_clipboard.is_script(data.text()):
            self._try(lambda: self._paste(data.text(), (x, y)))

    def _add_files(self, paths: list[Path], x: float, y: float) -> None:
        wanted = canvas_drop.nodes_of(paths, self._folder())
        if not wanted:
            names = ", ".join(path.name for path in paths[:3])
            self.failed.emit(f"Nothing in {names} can be read; drop pictures, movies, folders of them, or .cat files.")
            return
        self._place(wanted, x, y, "drop files")

    def _read(self, paths: list[str], place: QPointF) -> None:
        self._footage = Path(paths[0]).parent
        files = dict.fromkeys(canvas_drop.named(sequence_of(Path(path)), self._folder()) for path in paths)
        self._place([canvas_drop.Dropped("Read", {"file": file}) for file in files], *place.toTuple(), "add Read")

    def _place(self, wanted: list[canvas_drop.Dropped], x: float, y: float, text: str) -> None:
        """Put nodes beside each other, in one step, and select them."""
        canvas, made = self.canvas, []
        with canvas.step(text):
            left = x - 50
            for node in wanted:
                place = canvas.free_place(QRectF(round(left), round(y - 13), 100, 26))
                made.append(canvas.add_node(node.kind, None, place, node.values, connect_selected=False))
                left = canvas.area(made[-1:]).right() + _BETWEEN
        canvas.select(made)

    def _paste(self, text: str, place: tuple[float, float] | None = None) -> None:
        if not canvas_clipboard.is_script(text):
            return
        canvas = self.canvas
        selected = [name for name in canvas.selected_names() if canvas.node(name).output]
        heir = selected[-1] if selected else None
        nodes = canvas_clipboard.pasted_nodes(text, canvas.script(), lambda _, first: heir if first else None)
        if not nodes:
            return
        box = canvas_node.extent(nodes)
        wanted = QRectF(box)
        wanted.moveTopLeft(QPointF(*place) if place else canvas.view.pointer())
        if not place:
            seen = canvas.view.mapToScene(canvas.view.viewport().rect()).boundingRect()
            wanted.moveLeft(max(min(wanted.left(), seen.right() - box.width() - _MARGIN), seen.left() + _MARGIN))
            wanted.moveTop(max(min(wanted.top(), seen.bottom() - box.height() - _MARGIN), seen.top() + _MARGIN))
        x, y = canvas.free_place(wanted)
        canvas.add(canvas_clipboard.moved(nodes, round(x - box.left()), round(y - box.top())), "paste")
        canvas.view.reveal(canvas.area(canvas.selected_names()))

    def _folder(self) -> Path | None:
        """Where relative paths of a script that has a file start."""
        return self.canvas.path.absolute().parent if self.canvas.path else None

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except PairCatError as error:
            self.failed.emit(str(error))
