"""Which nodes dropped files become."""

from pathlib import Path

from paircat.ui.canvas_drop import Dropped, nodes_of, scripts


def files(folder: Path, *names: str) -> list[Path]:
    made = [folder / name for name in names]
    for path in made:
        path.touch()
    return made


def test_numbered_pictures_become_one_read(tmp_path):
    """One Read a sequence, with its padding; movies and single pictures one each."""
    names = ("a.0001.exr", "a.0002.exr", "b_1.png", "b_2.png", "still.tif", "clip.mov")
    values = [node.values["file"] for node in nodes_of(files(tmp_path, *names))]
    expected = ["a.####.exr", "b_#.png", "clip.mov", "still.tif"]
    assert sorted(values) == sorted(str(tmp_path / name) for name in expected)


def test_a_frame_alone_stays_one_file(tmp_path):
    """The others of its sequence are not read when one was dropped."""
    files(tmp_path, "a.0002.exr")
    assert nodes_of(files(tmp_path, "a.0001.exr")) == [Dropped("Read", {"file": str(tmp_path / "a.0001.exr")})]


def test_a_folder_is_what_it_holds(tmp_path):
    """Its sequences, without hidden files and those that are no pictures."""
    files(tmp_path, "a.1.exr", "a.2.exr", ".a.3.exr", "notes.txt")
    assert nodes_of([tmp_path]) == [Dropped("Read", {"file": str(tmp_path / "a.#.exr")})]


def test_what_lies_by_the_script_is_named_from_there(tmp_path):
    """So that the folder can be moved; what lies elsewhere keeps its whole path."""
    (tmp_path / "plates").mkdir()
    inside = files(tmp_path / "plates", "a.1.exr", "a.2.exr")
    assert nodes_of(inside, base=tmp_path) == [Dropped("Read", {"file": "plates/a.#.exr"})]
    assert nodes_of(inside, base=tmp_path / "other")[0].values["file"] == str(tmp_path / "plates" / "a.#.exr")


def test_networks_become_inferences_and_scripts_are_opened(tmp_path):
    """A .cat is the Model File of an Inference; a .pcat is no node."""
    paths = files(tmp_path, "run.100.cat", "shot.pcat")
    assert nodes_of(paths) == [Dropped("Inference", {"modelFile": str(tmp_path / "run.100.cat")})]
    assert scripts(paths) == [tmp_path / "shot.pcat"]
