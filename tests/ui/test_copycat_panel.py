"""The panel of a CopyCat: its tabs in their order, and how the training stands below all of them."""

import pytest
from panels import copycat_panel
from PySide6.QtWidgets import QLabel

from paircat.nodes.copycat_knobs import KNOBS


@pytest.fixture
def panel(canvas, tmp_path, qtbot, monkeypatch):
    """That of a CopyCat with an empty Data Directory."""
    with copycat_panel(canvas, tmp_path, qtbot, monkeypatch) as made:
        yield made


def test_every_knob_stands_on_its_tab(panel):
    """Training, Advanced and Progress in this order; the active run is chosen in the table."""
    assert [panel.tabs.tabText(place) for place in range(4)] == ["Training", "Advanced", "Progress", "Node"]
    training, advanced = panel.forms[0], panel.forms[1]
    for knob in KNOBS:
        if knob.tab != "Progress":
            form = training if knob.tab == "Training" else advanced
            assert form.widget(knob.name).knob is knob
    labels = {label.text() for label in panel.training_tab.findChildren(QLabel)}
    assert {"Local GPU", "Info", "Data Directory", "Epochs", "Use GPU if available"} <= labels
    assert "900" in panel.training_tab.info.text() and panel.training_tab.gpu.text() == "Not available"
