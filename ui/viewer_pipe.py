"""ViewerPipe: what is looked at, which is whatever the Viewer node on the canvas has at the input in use."""

from __future__ import annotations

from paircat.ui.canvas import Canvas

KIND = "Viewer"


class ViewerPipe:
    """The Viewer node in use. The canvas alone keeps what it is connected to, so the picture and the pipe never differ.

    Methods that change something are one step of undo, and raise GraphError where a connection is not possible.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._used = ""

    @property
    def viewer(self) -> str:
        """The Viewer node that was used last, or else the first; empty without any."""
        viewers = self._canvas.names(KIND)
        return self._used if self._used in viewers else min(viewers, default="")

    def use(self, viewer: str) -> None:
        """Look through another Viewer node from now on."""
        self._used = viewer

    @property
    def inputs(self) -> dict[int, str]:
        """The nodes that are connected, by the number of the input."""
        viewer = self.viewer
        if not viewer:
            return {}
        names = set(self._canvas.names())
        sources = self._canvas.sources(viewer).items()
        return {int(slot): source for slot, source in sources if slot.isdecimal() and source in names}

    @property
    def number(self) -> int:
        """The input in use, 1 to 9."""
        viewer = self.viewer
        return int(self._canvas.node(viewer).usable("inputNumber")) if viewer else 1

    @property
    def node(self) -> str:
        """The node that is looked at; empty for none."""
        return self.inputs.get(self.number, "")

    def look_at(self, node: str, number: int = 0) -> None:
        """Connect a node and look at it; a Viewer is made where there is none.

        Args:
            node: empty to let go of what is looked at.
            number: of the input; 0 for the one where the node is already, or else the one in use.
        """
        inputs = self.inputs
        if not number and inputs.get(self.number) != node:
            number = next((slot for slot, source in sorted(inputs.items()) if source == node), 0)
        number = number or self.number
        if inputs.get(number, "") == node and self.number == number:
            return
        with self._canvas.step(f"look at {node}" if node else "look at nothing"):
            if node:
                self._canvas.connect(node, self.viewer or self._new(node), str(number))
            elif self.viewer:
                self._canvas.disconnect_input(self.viewer, str(number))
            if self.viewer:
                self._canvas.set_value(self.viewer, "inputNumber", number)

    def look_through(self, number: int) -> None:
        """Look at what is connected to an input, if anything is."""
        if number in self.inputs:
            self.look_at(self.inputs[number], number)

    def _new(self, node: str) -> str:
        """A Viewer below everything, under what it looks at; the selection stays."""
        canvas = self._canvas
        selected = canvas.selected_names()
        place = canvas.area([node]).x(), canvas.area(canvas.names()).bottom() + 60
        name = canvas.add_node(KIND, None, place, connect_selected=False)
        canvas.select(selected)
        canvas.view.reveal(canvas.area([node, name]))
        return name
