"""The properties bin: panels stacked, closed, floating."""

import pytest
from PySide6.QtTest import QTest
from written_runs import write_run

from paircat.ui import run_monitor
from paircat.ui.properties import PropertiesBin
from paircat.ui.services import WindowServices


@pytest.fixture
def asked():
    """What the window around the bin was asked for."""
    return []


@pytest.fixture
def properties(canvas, tmp_path, qtbot, asked, monkeypatch):
    monkeypatch.setattr(run_monitor, "POLL_SECONDS", 0.05)
    services = WindowServices(
        folder=lambda: tmp_path,
        say=lambda sentence: asked.append(("say", sentence)),
        complain=lambda sentence: asked.append(("complain", sentence)),
        look_at=lambda name: asked.append(("look_at", name)),
        frame=lambda: 1,
        set_frame=lambda frame: asked.append(("set_frame", frame)),
        overlay=lambda picture, caption, corner: asked.append(("overlay", picture, caption)),
    )
    canvas.path = tmp_path / "shot.pcat"
    made = PropertiesBin(canvas, services)
    qtbot.addWidget(made)
    made.resize(460, 800)
    made.show()
    yield made
    made.shutdown()


def add(canvas, kind, **values):
    return canvas.add_node(kind, None, values=values, connect_selected=False)


def test_panels_stack_with_the_newest_on_top(properties, canvas):
    """Asked for again, a panel comes to the top and is not made twice."""
    names = [add(canvas, kind) for kind in ("Blur", "Grade", "Crop")]
    for name in names:
        properties.show_node(name)
    assert properties.names() == names[::-1]
    first = properties.panel(names[0])
    properties.show_node(names[0])
    assert properties.names()[0] == names[0] and properties.panel(names[0]) is first


def test_oldest_panel_closes_beyond_the_number(properties, canvas):
    """The number is the artist's."""
    names = [add(canvas, "Blur") for _ in range(3)]
    properties.most.setValue(2)
    for name in names:
        properties.show_node(name)
    assert properties.names() == [names[2], names[1]]
    properties.most.setValue(1)
    assert properties.names() == [names[2]]


def test_panel_floats_and_comes_back(properties, canvas, qtbot):
    """Floating, it is no longer stacked and outlives Close All."""
    name = add(canvas, "Blur")
    properties.show_node(name)
    panel = properties.panel(name)
    panel.float_button.click()
    assert panel.isWindow() and properties.names() == []
    properties.close_all()
    assert properties.panel(name) is panel
    panel.float_button.click()
    assert not panel.isWindow() and properties.names() == [name]
    panel.float_button.click()
    panel.close()
    assert properties.panel(name) is None


def test_panels_follow_renames_and_deletions(properties, canvas):
    """A deleted node has no panel; undo brings the node back, not the panel."""
    name = add(canvas, "Blur")
    properties.show_node(name)
    canvas.rename(name, "Soft")
    assert properties.names() == ["Soft"] and properties.panel("Soft").title.text() == "Soft"
    canvas.remove(["Soft"])
    assert properties.names() == [] and properties.panel("Soft") is None
    properties.show_node("Soft")  # a late double click
    canvas.undo_stack.undo()
    properties.show_node("Soft")
    assert properties.names() == ["Soft"]


def test_window_is_notified_of_new_networks_only(properties, canvas, tmp_path, qtbot):
    """Not of every step."""
    run = write_run(tmp_path, "first", end="")
    received = []
    properties.training_changed.connect(received.append)
    name = add(canvas, "CopyCat", dataDirectory=".")
    qtbot.waitUntil(lambda: received == [name])
    training = properties.trainings.of(name)
    qtbot.waitUntil(lambda: training.snapshots[0].loaded)
    with run.summary.open("a") as file:
        file.write("41,0.01,11,1\n")
    training.monitor.refresh()
    qtbot.waitUntil(lambda: training.snapshots[0].summary.last_step == 41)
    assert received == [name]
    run.cat(41).write_bytes(run.cat(40).read_bytes())
    training.monitor.refresh()
    qtbot.waitUntil(lambda: received == [name, name])


def test_pair_is_looked_at(properties, canvas, asked):
    """The CopyCat's Input at the frame; the window hears of it to show the other side."""
    read, name = add(canvas, "Read", file="in.#.exr"), add(canvas, "CopyCat")
    canvas.connect(read, name, "Input")
    shown = []
    properties.show_frames.connect(lambda *what: shown.append(what))
    properties.show_node(name)
    properties.panel(name).show_frames.emit(name, 7)
    assert asked[-2:] == [("look_at", read), ("set_frame", 7)] and shown == [(name, 7)]


def test_no_training_begins_while_a_field_is_not_allowed(properties, canvas, qtbot, monkeypatch):
    """Neither a new one nor an old one, whichever tab the field is on; a panel that is closed holds up nothing."""
    name = add(canvas, "CopyCat")
    properties.show_node(name)
    panel, training = properties.panel(name), properties.trainings.of(name)
    for knob in ("epochs", "checkpointInterval"):
        widget = next(form.widget(knob) for form in panel.forms if knob in {one.knob.name for one in form.widgets()})
        widget.edit.setText("many")
        widget.edit.editingFinished.emit()
        for begin in (training.start, training.resume):
            begin()
            assert f"'{widget.knob.label}'" in training.sentence and "'many'" in training.sentence
            assert training.sentence.startswith("Nothing was started. ")
        widget.show_again()
    batch = panel.forms[1].widget("batchSize")
    canvas.set_value(name, "batchSizeType", "Manual")
    panel.refresh()
    batch.edit.setText("many")
    batch.edit.editingFinished.emit()
    assert "'Crops a step'" in properties.refusal(name)
    canvas.set_value(name, "batchSizeType", "Auto")
    panel.refresh()
    assert properties.refusal(name) == "", "a field that is of no use now cannot be put right"
    widget.edit.setText("many")
    widget.edit.editingFinished.emit()
    properties.close_panel(name)
    training.start()
    assert "no Data Directory" in training.sentence or "not connected" in training.sentence


def test_a_field_that_is_put_right_by_typing_its_value_again_is_said_no_more(properties, canvas, qtbot):
    """Nothing changes on the canvas by it, nor by Escape, but there is nothing to say any more."""
    name = add(canvas, "CopyCat")
    properties.show_node(name)
    panel, training = properties.panel(name), properties.trainings.of(name)
    widget = next(widget for form in panel.forms for widget in form.widgets() if widget.knob.name == "epochs")
    right = widget.edit.text()
    for again in (widget.show_again, lambda: widget.edit.setText(right)):
        widget.edit.setText("12x")
        widget.edit.editingFinished.emit()
        training.start()
        assert "12x" in training.sentence
        again()
        widget.edit.editingFinished.emit()
        assert "12x" not in training.sentence and widget.edit.text() == right


def test_what_is_half_typed_is_not_taken_while_a_mistake_is_said(properties, canvas, qtbot):
    """The sentence is looked at anew when something changes on the canvas, not what is being typed."""
    name = add(canvas, "CopyCat")
    properties.show()
    properties.show_node(name)
    panel, training = properties.panel(name), properties.trainings.of(name)
    training.start()
    assert training.sentence
    widgets = (widget for form in panel.forms for widget in form.widgets())
    edit = next(widget.edit for widget in widgets if widget.knob.name == "frames")
    properties.activateWindow()
    edit.setFocus()
    QTest.keyClicks(edit, "12")
    add(canvas, "Read", file="in.#.exr")
    qtbot.wait(600)
    assert canvas.value(name, "frames") == "" and edit.text() == "12"
    training.start()
    assert canvas.value(name, "frames") == "12"


def test_how_a_render_ended_is_told_where_no_panel_shows_it(properties, asked):
    """What went wrong with it, such as frames that are missing, is told as a complaint."""
    properties.write_jobs.ended.emit("Write1", "Wrote frames 1-4 in 2 s.", False)
    properties.write_jobs.ended.emit("Write1", "Wrote 3 frames in 2 s; 2 is missing.", True)
    assert asked == [
        ("say", "Write1: Wrote frames 1-4 in 2 s."),
        ("complain", "Write1: Wrote 3 frames in 2 s; 2 is missing."),
    ]


def test_nothing_is_cut_off_beside_a_wide_row(properties, canvas, qtbot):
    """A box of four numbers fits into the width that a small window gives, and with it the buttons of all panels."""
    for kind in ("Crop", "Grade"):
        properties.show_node(add(canvas, kind))
    panel = properties.panel("Crop1")
    qtbot.waitUntil(lambda: panel.close_button.isVisible() and panel.width() > 0)
    assert properties._inside.minimumSizeHint().width() <= properties.width()
    assert properties._scroll.horizontalScrollBar().maximum() == 0
