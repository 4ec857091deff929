"""ViewerBar: the two rows above the picture: which nodes, how compared, which channels, how bright, how large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from paircat.engine.errors import PairCatError
from paircat.engine.picture import color
from paircat.engine.picture.display import LUMA, MATTE, Look
from paircat.ui.frame_renderer import DIFFERENCE, WIPE
from paircat.ui.look_slider import LookSlider
from paircat.ui.wheel import leave_wheel_to_panel

KEYS = {"": "RGB", "R": "R", "G": "G", "B": "B", "A": "A", LUMA: "Luma", MATTE: "Matte"}
"""A look's key -> how the menu calls it."""
COMPARE = {"": "A only", WIPE: "Wipe", DIFFERENCE: "Difference"}
NO_NODE = "–"
FIT = "Fit"
_LEAST_COMBO = 46
"""Pixels, in a window too narrow for all that the lists would like."""
ZOOMS = ("12.5%", "25%", "50%", "100%", "200%", "400%", "800%")


class ViewerBar(QWidget):
    """Signals: `node_chosen(str side, str name)`, side A or B, an empty name for none; `compare_chosen(str)`;
    `look_changed(Look)`; `zoom_chosen(float)`, 0 for fit; `overlay_toggled(bool)`; `bad_toggled(bool)`;
    `refresh_pressed()`; `comparison_changed()`.

    Attributes:
        comparison: side B and how it is compared, as they are shown.
    """

    node_chosen = Signal(str, str)
    compare_chosen = Signal(str)
    look_changed = Signal(object)
    zoom_chosen = Signal(float)
    overlay_toggled = Signal(bool)
    bad_toggled = Signal(bool)
    refresh_pressed = Signal()
    comparison_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.comparison = "", ""
        self.a = _combo("The node on side A", 12)
        self.b = _combo("The node on side B, to compare with", 12)
        self.compare = _combo(
            "Show A alone, A left and B right of a line (W), or their absolute difference (Shift+W)", 8
        )
        self.layer = _combo("Layer", 6)
        self.key = _combo(
            "Colour, one channel as grey (keys R, G, B, A; Y for luma), or the alpha in red over it (M)", 4
        )
        self.view = _combo("View transform: how scene values become the screen's; the picture stays as it is", 14)
        self.zoom = _combo("Zoom: wheel, F fits, Ctrl+1 is 100%; pan with the middle button or Alt-drag", 9)
        self.gain = LookSlider("Gain", "Brightens the view alone.", 6)
        self.gamma = LookSlider("Gamma", "Bends the view alone.", 2)
        self.overlay = _toggle(
            "Overlay",
            "A training's newest contact sheet and preview over the picture (Q). Click one to enlarge it.",
        )
        self.bad = _toggle("NaN", "Mark NaN and Inf in magenta")
        self.refresh = QToolButton(text="Refresh", toolTip="Forget all frames and make this one again (F5)")
        self.refresh.setAutoRaise(True)
        self.refresh.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fill()
        self._lay_out()
        self._connect()

    # What is shown

    @property
    def look(self) -> Look:
        """What the controls say."""
        return Look(
            layer=self.layer.currentData() or "rgba",
            key=self.key.currentData() or "",
            view=self.view.currentData() or color.AUTO_VIEW,
            gain=self.gain.value,
            gamma=self.gamma.value,
        )

    def set_look(self, look: Look) -> None:
        """Set the controls; emits `look_changed` once if that changes anything."""
        before = self.look
        self.blockSignals(True)
        self._choose(self.layer, look.layer)
        self._choose(self.key, look.key)
        self._choose(self.view, look.view)
        self.gain.set_value(look.gain)
        self.gamma.set_value(look.gamma)
        self.blockSignals(False)
        if self.look != before:
            self.look_changed.emit(self.look)

    def toggle_key(self, key: str) -> None:
        """Show one channel; once more, all of them."""
        self._choose(self.key, "" if self.key.currentData() == key else key)
        self.look_changed.emit(self.look)

    def set_nodes(self, names: Sequence[str]) -> None:
        """The nodes that can be chosen; what is shown stays so."""
        for combo in (self.a, self.b):
            if [combo.itemData(place) for place in range(1, combo.count())] != list(names):
                kept = combo.currentData() or ""
                combo.clear()
                combo.addItem(NO_NODE, "")
                for name in names:
                    combo.addItem(name, name)
                self._choose(combo, kept)

    def set_shown(self, a: str, b: str, compare: str) -> None:
        """Which nodes are looked at, and how they are compared."""
        self._choose(self.a, a)
        self._choose(self.b, b)
        self._choose(self.compare, compare)
        if self.comparison != (b, compare):
            self.comparison = b, compare
            self.comparison_changed.emit()

    def set_layers(self, names: Sequence[str]) -> None:
        """The layers that the picture has; one that was chosen before stays in the list."""
        chosen = self.layer.currentData() or "rgba"
        wanted = [*names, *([] if chosen in names else [chosen])]
        if [self.layer.itemData(place) for place in range(self.layer.count())] != wanted:
            self.layer.clear()
            for name in wanted:
                self.layer.addItem(name, name)
            self._choose(self.layer, chosen)

    def set_zoom(self, zoom: float, fitted: bool) -> None:
        text = f"{zoom * 100:.0f}%" if zoom >= 1 else f"{zoom * 100:.3g}%"
        self.zoom.setItemText(0, f"{FIT} ({text})" if fitted else FIT)
        if fitted:
            self.zoom.setCurrentIndex(0)
            return
        place = self.zoom.findText(text)
        if place < 0:
            self.zoom.setItemText(1, text)
            place = 1
        self.zoom.setCurrentIndex(place)

    # Construction

    def _fill(self) -> None:
        for combo in (self.a, self.b):
            combo.addItem(NO_NODE, "")
        for combo, items in ((self.compare, COMPARE), (self.key, KEYS)):
            for data, text in items.items():
                combo.addItem(text, data)
        self.layer.addItem("rgba", "rgba")
        self.view.addItem("Auto", color.AUTO_VIEW)
        try:
            names = color.views()
        except PairCatError:  # a broken $OCIO: the picture says so when a view of it is asked for
            names = (color.NO_VIEW, color.SRGB_VIEW)
        for name in names:
            self.view.addItem("None" if name == color.NO_VIEW else name.removeprefix("sRGB - Display/"), name)
            self.view.setItemData(self.view.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        self.zoom.addItem(FIT)
        self.zoom.addItem("")  # a zoom that is in no list
        self.zoom.addItems(ZOOMS)
        self.view.view().setMinimumWidth(380)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 3, 6, 3)
        rows.setSpacing(3)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row in (upper, lower):
            row.setSpacing(4)
            rows.addLayout(row)
        _put(upper, "A", self.a, "B", self.b, self.compare, None, self.overlay, self.bad, self.refresh)
        _put(lower, self.layer, self.key, self.gain, self.gamma, None, self.view, self.zoom)

    def _connect(self) -> None:
        self.a.activated.connect(lambda _: self.node_chosen.emit("A", self.a.currentData()))
        self.b.activated.connect(lambda _: self.node_chosen.emit("B", self.b.currentData()))
        self.compare.activated.connect(lambda _: self.compare_chosen.emit(self.compare.currentData()))
        for combo in (self.layer, self.key, self.view):
            combo.activated.connect(lambda _: self.look_changed.emit(self.look))
        for slider in (self.gain, self.gamma):
            slider.changed.connect(lambda _: self.look_changed.emit(self.look))
        self.zoom.activated.connect(self._tell_zoom)
        self.overlay.toggled.connect(self.overlay_toggled)
        self.bad.toggled.connect(self.bad_toggled)
        self.refresh.clicked.connect(self.refresh_pressed)

    def _tell_zoom(self, place: int) -> None:
        text = self.zoom.itemText(place)
        if place == 0 or not text:
            self.zoom_chosen.emit(0.0)
        else:
            self.zoom_chosen.emit(float(text.removesuffix("%")) / 100)

    def _choose(self, combo: QComboBox, data: str) -> None:
        """Select the entry of a value; one that is not there is added."""
        place = combo.findData(data)
        if place < 0:
            combo.addItem(data, data)
            place = combo.count() - 1
        combo.setCurrentIndex(place)


def _combo(tooltip: str, letters: int) -> QComboBox:
    combo = QComboBox(toolTip=tooltip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(letters)
    combo.setMinimumWidth(_LEAST_COMBO)
    combo.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    combo.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys belong to the picture
    leave_wheel_to_panel(combo)
    return combo


def _toggle(text: str, tooltip: str) -> QToolButton:
    button = QToolButton(text=text, toolTip=tooltip)
    button.setCheckable(True)
    button.setChecked(True)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def _put(row: QHBoxLayout, *items: QWidget | str | None) -> None:
    """Widgets, words, and room for None."""
    for item in items:
        if item is None:
            row.addStretch(1)
        else:
            row.addWidget(QLabel(item) if isinstance(item, str) else item)
