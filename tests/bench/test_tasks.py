from pathlib import Path

import numpy as np

from paircat.bench.tasks import Task


def test_a_task_is_found_where_it_was_made(data: Path) -> None:
    """A task is a folder with held-out frames; anything else is no task."""
    (data / "deblur").mkdir()
    assert Task.find(data, "grade") == Task("grade", data / "grade")
    assert Task.find(data, "deblur") is None
    assert Task.find(data, "tennis") is None


def test_pairs_are_read_as_they_stand_in_the_files(data: Path) -> None:
    """Both sides of a pair belong to one frame, as float32 colours."""
    pairs = Task("grade", data / "grade").pairs()
    assert len(pairs) == 2
    for before, after in pairs:
        assert before.shape == after.shape == (64, 64, 3)
        assert before.dtype == np.float32
        assert np.abs(after - before / 2).max() < 1 / 255


def test_the_name_says_how_a_task_is_judged() -> None:
    """Mattes have an overlap, EXR tasks a log encoding."""
    assert [Task(name, Path()).matte for name in ("grade", "matte", "tennis")] == [False, True, True]
    assert [Task(name, Path()).scene_linear for name in ("grade", "grade_exr", "grade_hdr")] == [False, True, True]
