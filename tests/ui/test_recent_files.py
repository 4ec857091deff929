"""The list of recent scripts."""

from paircat.ui.recent_files import RecentFiles


def test_the_newest_is_first_and_each_is_there_once(tmp_path):
    """Opening one again brings it to the top; those that are gone are not listed; another window sees the same."""
    paths = [tmp_path / f"{name}.pcat" for name in "abc"]
    for path in paths:
        path.touch()
    recent = RecentFiles(tmp_path / "state" / "recent.json")
    for path in (*paths, paths[0]):
        recent.add(path)
    assert RecentFiles(tmp_path / "state" / "recent.json").paths() == [paths[0], paths[2], paths[1]]
    paths[2].unlink()
    assert recent.paths() == [paths[0], paths[1]]


def test_the_list_stays_short(tmp_path):
    """The oldest are forgotten."""
    recent = RecentFiles(tmp_path / "recent.json")
    for number in range(30):
        path = tmp_path / f"{number}.pcat"
        path.touch()
        recent.add(path)
    assert len(recent.paths()) == 12 and recent.paths()[0].name == "29.pcat"


def test_a_damaged_list_is_an_empty_one(tmp_path):
    """It is a convenience: nothing fails for it, and the next script is written over it."""
    (tmp_path / "recent.json").write_text("{broken")
    recent = RecentFiles(tmp_path / "recent.json")
    assert recent.paths() == []
    (tmp_path / "a.pcat").touch()
    recent.add(tmp_path / "a.pcat")
    assert recent.paths() == [tmp_path / "a.pcat"]
