"""How pictures are looked at, in the real window: layers, channels, gain, views, samples, windows, bad values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driven_window import DrivenWindow

from paircat.engine.picture import color
from paircat.engine.picture.box import Box
from paircat.engine.picture.display import eight_bit
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image
from paircat.nodes.script import Script

OpenWindow = Callable[..., DrivenWindow]
FORMAT = Box(0, 0, 64, 48)
CHANNELS = ("R", "G", "B", "A", "depth.Z", "diffuse.R", "diffuse.G", "diffuse.B")
FLAT = np.array([0.5, 0.2, 0.05, 0.75, 0.4, 0.1, 0.3, 0.6], np.float32)
ACES = "sRGB - Display/ACES 2.0 - SDR 100 nits (Rec.709)"
BAR = "window.viewer.bar"
OWN_OCIO = """ocio_profile_version: 1
roles: {scene_linear: lin, default: lin}
displays:
  Mine:
    - !<View> {name: Half, colorspace: half}
colorspaces:
  - !<ColorSpace> {name: lin}
  - !<ColorSpace>
    name: half
    from_reference: !<MatrixTransform> {matrix: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1]}
"""
"""One view, which shows light at half of its brightness."""


def ramp(window: Box, names: tuple[str, ...]) -> np.ndarray:
    """The flat colours, in the right half a bit brighter, so that means are not values."""
    pixels = np.broadcast_to(FLAT[: len(names)], (window.height, window.width, len(names))).copy()
    pixels[:, window.width // 2 :] *= 1.25
    return pixels


def write_picture(path: Path, window: Box, names: tuple[str, ...], pixels: np.ndarray, aspect: float = 1.0) -> None:
    write_image(path, Image(Header(names, window, FORMAT, aspect, ("float",) * len(names)), pixels))


def write_script(folder: Path, **files: str) -> Path:
    """A Read for each file, named as the key, side by side."""
    script = Script(folder / "looks.pcat")
    for place, (name, file) in enumerate(files.items()):
        script.add("Read", name).set("file", file)
        script.node(name).position = (150 * (place % 4), 90 * (place // 4))
    script.save()
    return script.path


def look_at(window: DrivenWindow, node: str) -> None:
    """Select a node and connect the Viewer to it."""
    window.click(f"tile('{node}')")
    window.key("1")
    window.until(f"window.viewer.node == '{node}' and window.viewer.is_current")
    window.point("spot(window.viewer.image)")
    window.until("window.viewer.image.hasFocus()")


def choose(window: DrivenWindow, combo: str, entry: int) -> None:
    """An entry of a menu of the Viewer's bar, with the mouse and the arrow keys."""
    window.click(f"spot({BAR}.{combo})")
    window.until("QApplication.activePopupWidget() is not None")
    window.key("Home", *["Down"] * entry, "Return")
    window.until(f"{BAR}.{combo}.currentIndex() == {entry} and QApplication.activePopupWidget() is None")
    window.point("spot(window.viewer.image)")


def code(value: object, view: str = "sRGB", gain: float = 1.0, gamma: float = 1.0) -> list[int]:
    """What the screen shall show."""
    shown = eight_bit(np.asarray(value, np.float32).reshape(1, 1, -1), view, gain, gamma)
    return [int(level) for level in np.broadcast_to(shown.ravel(), 3)]


def until_painted(window: DrivenWindow, wanted: list[int], within: int = 1, x: float = 10.5) -> None:
    window.until(f"max(abs(a - b) for a, b in zip(painted({x}, 20.5), {wanted})) <= {within}")


@pytest.fixture
def layered(open_window: OpenWindow, tmp_path: Path) -> DrivenWindow:
    """Looks at a picture of three layers and alpha."""
    write_picture(tmp_path / "layers.exr", FORMAT, CHANNELS, ramp(FORMAT, CHANNELS))
    window = open_window(write_script(tmp_path, Read1="layers.exr"))
    look_at(window, "Read1")
    return window


def test_layers_channels_and_views(layered: DrivenWindow) -> None:
    """Each layer of the menu, each channel's key, and a view of the colour configuration, as painted on the screen."""
    until_painted(layered, code(FLAT[:3]))
    for key, place in (("r", 0), ("g", 1), ("b", 2)):
        layered.key(key)
        until_painted(layered, code(FLAT[place]))
    layered.key("a")
    until_painted(layered, code(FLAT[3], "none"))  # coverage is no light
    layered.key("a")
    until_painted(layered, code(FLAT[:3]))
    layers = layered.ask(f"[{BAR}.layer.itemData(place) for place in range({BAR}.layer.count())]")
    assert layers == ["rgba", "depth", "diffuse"]
    choose(layered, "layer", 1)
    until_painted(layered, code(FLAT[4], "none"))
    choose(layered, "layer", 2)
    until_painted(layered, code(FLAT[5:8]))
    layered.point("pixel(10.5, 20.5)")
    layered.until("'0.10000' in window.viewer.readout.values.text() and '0.75' in window.viewer.readout.values.text()")
    choose(layered, "layer", 0)
    choose(layered, "view", 1 + list(color.views()).index(ACES))
    until_painted(layered, code(FLAT[:3], ACES), within=3)
    choose(layered, "view", 1)
    until_painted(layered, code(FLAT[:3], "none"))
    assert layered.complaints() == ""


def test_gain_and_gamma(layered: DrivenWindow) -> None:
    """Typed, dragged, and switched off and on by a click on the name; the values stay what they are."""
    values = layered.ask("values(10, 20)")
    layered.enter(f"spot({BAR}.gain.findChild(QLineEdit))", "0.5")
    until_painted(layered, code(FLAT[:3], gain=0.5))
    layered.click("button('Gain')")
    until_painted(layered, code(FLAT[:3]))
    layered.click("button('Gain')")
    until_painted(layered, code(FLAT[:3], gain=0.5))
    layered.click("button('Gain')")
    layered.enter(f"spot({BAR}.gamma.findChild(QLineEdit))", "2")
    until_painted(layered, code(FLAT[:3], gamma=2.0))
    layered.click("button('Gamma')")
    slider = f"{BAR}.gain._slider"
    layered.drag(f"spot({slider})", f"spot({slider}, {slider}.width() * 0.7, {slider}.height() / 2)")
    gain = layered.until(f"{BAR}.gain.value != 1 and {BAR}.gain.value")
    assert gain > 1.5
    until_painted(layered, code(FLAT[:3], gain=gain))
    assert layered.ask("values(10, 20)") == values == pytest.approx(FLAT[:3].tolist())
    assert layered.complaints() == ""


def test_a_box_is_averaged(layered: DrivenWindow) -> None:
    """Ctrl-drag draws it across the edge between two brightnesses; Ctrl and the right button remove it."""
    layered.point("pixel(28.5, 10.5)")
    layered.screen.do("keydown", "ctrl")
    layered.drag("pixel(28.5, 10.5)", "pixel(35.5, 17.5)")
    layered.screen.do("keyup", "ctrl")
    text = layered.until("'mean' in (text := window.viewer.readout.average.text()) and 'Ctrl' not in text and text")
    assert layered.ask("list(window.viewer.image.box)") == [28, 10, 8, 8]
    assert all(f"{value * 1.125:.5f}" in text for value in FLAT[:4]), text
    layered.screen.do("keydown", "ctrl")
    layered.click("pixel(10.5, 10.5)", button=3)
    layered.screen.do("keyup", "ctrl")
    layered.until("'Ctrl-drag' in window.viewer.readout.average.text()")
    assert layered.complaints() == ""


def test_a_configuration_of_ones_own(open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The views are those of the file that $OCIO names; one that is not there leaves the plain ones."""
    write_picture(tmp_path / "layers.exr", FORMAT, CHANNELS, ramp(FORMAT, CHANNELS))
    script = write_script(tmp_path, Read1="layers.exr")
    (tmp_path / "own.ocio").write_text(OWN_OCIO)
    monkeypatch.setenv("OCIO", str(tmp_path / "own.ocio"))
    names = f"[{BAR}.view.itemText(place) for place in range({BAR}.view.count())]"
    window = open_window(script)
    look_at(window, "Read1")
    assert window.ask(names) == ["Auto", "None", "sRGB", "Mine/Half"]
    choose(window, "view", 3)
    until_painted(window, code(FLAT[:3] / 2, "none"))
    assert window.complaints() == ""
    window.kill()
    monkeypatch.setenv("OCIO", str(tmp_path / "gone.ocio"))
    again = open_window(script)
    look_at(again, "Read1")
    assert again.ask(names) == ["Auto", "None", "sRGB"]
    until_painted(again, code(FLAT[:3]))
    assert again.complaints() == ""


def test_windows_and_bad_values(open_window: OpenWindow, tmp_path: Path) -> None:
    """A data window within the format and one beyond it are seen as they lie; NaN and Inf are marked and counted."""
    rgb, small, large = CHANNELS[:3], Box(16, 8, 32, 24), Box(-16, -12, 96, 72)
    write_picture(tmp_path / "small.exr", small, rgb, ramp(small, rgb))
    broken = ramp(large, rgb)
    broken[30, 40, 0], broken[30, 41, 1] = np.nan, np.inf
    write_picture(tmp_path / "large.exr", large, rgb, broken)
    window = open_window(write_script(tmp_path, Small="small.exr", Large="large.exr"))
    look_at(window, "Small")
    window.until(f"painted(2.5, 2.5) == {code(FLAT[:3])} and painted(-8.5, -4.5) == [0, 0, 0]")
    window.point("pixel(-8.5, -4.5)")  # counted from the data window
    window.until("'7, 3' in window.viewer.readout.values.text() and 'outside' in window.viewer.readout.values.text()")
    assert "data 32x24" in window.ask("window.viewer.readout.facts.text()")
    window.point("pixel(2.5, 2.5)")
    window.until("'18, 10' in window.viewer.readout.values.text() and '0.50000' in window.viewer.readout.values.text()")

    look_at(window, "Large")
    window.key("minus", "minus")
    window.until(f"painted(4.5, 4.5) == {code(FLAT[:3])}")  # beyond the format
    window.until("window.viewer.image.notice.startswith('1 NaN and 1 Inf in R, G, first at 24, 18')")
    window.key("f", "plus", "plus")
    window.until("painted(40.5, 30.5) == [255, 0, 255] == painted(41.5, 30.5)")
    window.click("button('NaN')")
    window.until("painted(40.5, 30.5)[0] == 0 and not window.viewer.image.notice")
    window.point("pixel(41.5, 30.5)")
    window.until("'inf' in window.viewer.readout.values.text()")
    assert window.complaints() == ""


def test_pictures_of_any_kind_are_shown(open_window: OpenWindow, tmp_path: Path) -> None:
    """Tiny, one channel, five, twenty layers, wide pixels: each fitted anew, with its layers in the menu."""
    tiny = Box(0, 0, 16, 16)
    pixels = ramp(tiny, CHANNELS[:3])
    write_image(tmp_path / "tiny.exr", Image(Header(CHANNELS[:3], tiny, tiny, 1.0, ("half",) * 3), pixels))
    write_picture(tmp_path / "one.exr", FORMAT, ("mask.A",), np.full((48, 64, 1), 0.5, np.float32))
    five = (*CHANNELS[:3], "A", "Z")
    write_picture(tmp_path / "five.exr", FORMAT, five, ramp(FORMAT, five))
    many = tuple(f"layer{place:02}.{short}" for place in range(20) for short in "RGB")
    write_picture(tmp_path / "many.exr", FORMAT, many, np.full((48, 64, 60), 0.25, np.float32))
    write_picture(tmp_path / "wide.exr", FORMAT, CHANNELS[:3], ramp(FORMAT, CHANNELS[:3]), aspect=2.0)
    files = {"Tiny": "tiny.exr", "One": "one.exr", "Five": "five.exr", "Many": "many.exr", "Wide": "wide.exr"}
    window = open_window(write_script(tmp_path, **files))
    wanted = {
        "Tiny": (code(FLAT[:3]), 1),
        "One": (code(0.5, "none"), 1),
        "Five": (code(FLAT[:3]), 2),
        "Many": (code([0.25] * 3), 20),
        "Wide": (code(FLAT[:3]), 1),
    }
    for node, (colour, layers) in wanted.items():
        look_at(window, node)
        window.until(f"painted(4.5, 4.5) == {colour}")
        assert window.ask("window.viewer.image.error") == ""
        assert window.ask(f"{BAR}.layer.count()") >= layers
        assert window.ask("window.viewer.image.is_fitted")
    ratio = "(lambda area: area.width() / area.height())(window.viewer.image.rectangle(shown().format))"
    assert window.ask(ratio) == pytest.approx(2 * 64 / 48)
    assert window.complaints() == ""
