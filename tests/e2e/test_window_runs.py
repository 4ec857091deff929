"""The runs table in the real window: rename, hide, delete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driven_window import DrivenWindow
from shots import write_script
from written_runs import write_foundry_run, write_run

OpenWindow = Callable[..., DrivenWindow]
NAMES = "sorted(run_names('CopyCat1'))"
OLD, OTHER = "Training_240420_220542", "Training_240421_090000"


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> DrivenWindow:
    """The Progress tab, with two runs of ours and one that Nuke made."""
    script = write_script(tmp_path)
    for name in (OLD, OTHER):
        write_run(tmp_path / "runs", name)
    write_foundry_run(tmp_path / "runs")
    opened = open_window(script)
    opened.click("tile('CopyCat1')")
    opened.click("tab('CopyCat1', 'Progress')")
    opened.until("len(run_names('CopyCat1')) == 3 and len(progress('CopyCat1').graph.names()) == 3")
    return opened


def test_a_double_click_renames_the_run_and_its_files(window: DrivenWindow, tmp_path: Path) -> None:
    """Every file of it has the new name, and none the old one."""
    before = sorted(path.name for path in (tmp_path / "runs").glob(f"{OLD}.*"))
    assert len(before) > 4
    window.click(f"run_cell('CopyCat1', '{OLD}', 2)", times=2)
    window.until("isinstance(QApplication.focusWidget(), QLineEdit)")
    window.key("ctrl+a")
    window.type("warmer")
    window.key("Return")
    window.until("'warmer' in run_names('CopyCat1')")
    assert sorted(path.name for path in (tmp_path / "runs").glob("warmer.*")) == [
        name.replace(OLD, "warmer") for name in before
    ]
    assert not list((tmp_path / "runs").glob(f"{OLD}.*"))
    assert window.complaints() == ""


def test_the_eye_takes_a_curve_out_of_the_graph(window: DrivenWindow) -> None:
    """And puts it back; a menu entry does the same."""
    window.click(f"run_cell('CopyCat1', '{OLD}', 0)")
    window.until(f"'{OLD}' not in progress('CopyCat1').graph.names()")
    window.click(f"run_cell('CopyCat1', '{OLD}', 0)")
    window.until(f"'{OLD}' in progress('CopyCat1').graph.names()")
    window.click(f"run_cell('CopyCat1', '{OTHER}', 2)", button=3)
    window.click("entry('Hide in Graph')")
    window.until(f"'{OTHER}' not in progress('CopyCat1').graph.names()")
    assert window.complaints() == ""


def test_deleting_asks_and_says_how_much(window: DrivenWindow, tmp_path: Path) -> None:
    """Cancel keeps every file; Delete removes those of the run and no others."""
    mine = set((tmp_path / "runs").glob(f"{OLD}.*"))
    others = set((tmp_path / "runs").iterdir()) - mine
    for answer, left in (("Cancel", mine | others), ("Delete", others)):
        window.click(f"run_cell('CopyCat1', '{OLD}', 2)", button=3)
        window.click("entry('Delete Files …')")
        window.until(f"'{OLD}' in dialog() and '{len(mine)} files' in dialog()")
        window.click(f"button('{answer}')")
        window.until("not dialog()")
        window.until(f"('{OLD}' in run_names('CopyCat1')) is {answer == 'Cancel'}")
        assert set((tmp_path / "runs").iterdir()) == left
    assert window.complaints() == ""
