"""The panel of a CopyCat: its tabs in their order, and how the training stands below all of them."""

import dataclasses

import pytest
from panels import ESTIMATE, copycat_panel
from PySide6.QtWidgets import QApplication, QLabel

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


def least_width(panel):
    """Over all tabs, each laid out as it is seen."""
    widths = []
    for tab in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(tab)
        QApplication.processEvents()
        widths.append(max(panel.minimumSizeHint().width(), panel.tabs.currentWidget().minimumSizeHint().width()))
    return max(widths)


def test_no_message_widens_the_panel(panel, canvas, tmp_path, qtbot):
    """However long the path in it is, on whichever tab: it would push the panel off the edge of the window."""
    before = least_width(panel)
    folder = "a_folder_that_is_not_there/" * 20
    canvas.set_value("CopyCat1", "dataDirectory", folder)
    qtbot.waitUntil(lambda: "does not exist" in panel.progress_tab.label.text())
    sentence = panel.progress_tab.label.text()
    panel.training.estimate = dataclasses.replace(ESTIMATE, problem=sentence)
    panel.training.say(sentence)
    panel.say(sentence)
    panel.training_tab.refresh()
    assert least_width(panel) == before
    assert panel.status.problem.isVisible() and panel.training_tab.problem.text() == sentence
