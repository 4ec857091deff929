"""The window's status bar: what is said there, in which colour, and when it goes."""

from pathlib import Path

from paircat.nodes.script import Script

DEMO = Path(__file__).resolve().parents[2] / "examples" / "deblur.pcat"


def test_saving_tells_of_a_field_that_is_red(window, tmp_path):
    """The file has the value before, and whoever saves hears so; once the field is right there is nothing to tell."""
    window.document.open(DEMO)
    window.canvas.script().save(tmp_path / "mine.pcat")
    window.document.open(tmp_path / "mine.pcat")
    window.properties.show_node("CopyCat1")
    panel = window.properties.panel("CopyCat1")
    widget = next(widget for form in panel.forms for widget in form.widgets() if widget.knob.name == "epochs")
    widget.edit.setText("many")
    widget.edit.editingFinished.emit()
    assert window.document.save()
    assert "CopyCat1: " in window.statusBar().currentMessage() and "'many'" in window.statusBar().currentMessage()
    assert "many" not in (tmp_path / "mine.pcat").read_text()
    window.statusBar().clearMessage()
    widget.show_again()
    assert window.document.save() and window.statusBar().currentMessage() == ""


def test_a_complaint_leaves_no_colour_behind(window):
    """When its sentence goes, so does the ground that it stood on."""
    window.complain("Blur1 cannot be connected.")
    assert window.statusBar().property("complaint")
    window.statusBar().clearMessage()
    assert not window.statusBar().property("complaint")


def test_a_sentence_goes_when_another_script_comes(window, tmp_path):
    """It was about the old one; what is odd in the new one stays."""
    window.complain("Blur1 cannot be connected.")
    assert window.statusBar().currentMessage()
    assert window.document.open(DEMO)
    assert window.statusBar().currentMessage() == ""
    script = Script(tmp_path / "odd.pcat")
    script.add("Blur")
    script.save()
    script.path.write_text(script.path.read_text().replace('"Blur"', '"Blurr"'))
    assert window.document.open(script.path)
    assert "Blurr" in window.statusBar().currentMessage()
    assert window.document.new()
    assert window.statusBar().currentMessage() == ""
