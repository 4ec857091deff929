from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from paircat.bench import probe, product, tunet
from paircat.bench.learner import Learnt
from paircat.bench.tasks import Task
from paircat.bench.tunet import Preset
from paircat.engine.learn.trainer import Trainer
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings

SECONDS = 0.4


def noise(height: int = 32, width: int = 48) -> np.ndarray:
    return np.random.default_rng(0).random((height, width, 3), np.float32)


def check(learnt: Learnt) -> None:
    """What holds for every contestant."""
    assert learnt.steps > 0
    assert learnt.seconds >= SECONDS
    assert learnt.peak_bytes > 50 << 20
    output = learnt.predict(np.full((40, 56, 3), 0.5, np.float32))
    assert output.shape == (40, 56, 3)
    assert np.isfinite(output).all()


def test_the_product_trains_with_its_defaults_for_the_time_given(data: Path) -> None:
    """Its own trainer keeps the time and says what it chose; its operations are counted."""
    learnt = product.train(Task("grade", data / "grade"), SECONDS, "small")
    check(learnt)
    assert learnt.notes
    assert learnt.flops() / learnt.steps > 1e6


def test_what_is_worked_out_before_the_first_step_is_not_counted(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fit to the pairs may be many times a step; achieved operations a second would come out too high."""
    made = product.trainer

    def with_a_large_fit(task: Task, wanted: TrainingSettings, grown: bool) -> Trainer:
        torch.rand(3000, 3000) @ torch.rand(3000, 3000)
        return made(task, wanted, grown)

    task, wanted = Task("grade", data / "grade"), product.settings("small", steps=1)
    alone = product.flops_of_a_step(task, wanted)
    monkeypatch.setattr(product, "trainer", with_a_large_fit)
    assert product.flops_of_a_step(task, wanted) == alone > 0


def test_a_step_costs_what_its_size_costs(data: Path) -> None:
    """A run of a larger size begins small; its operations are counted as of both, each for its own steps."""
    task = Task("grade", data / "grade")
    small, medium = (product.flops_of_a_step(task, product.settings(name, steps=1)) for name in ("small", "medium"))
    assert medium > 1.5 * small
    done = product.trained(task, product.settings("medium", steps=6, multi_resolution=False))
    assert done.done == {(ModelSize.SMALL, 1): 4, (ModelSize.MEDIUM, 1): 2}
    assert done.model.network.shape.widths[0] == 48


def test_a_name_says_the_precision(data: Path) -> None:
    """small is PairCat's default, Adaptive; small-fp32 never leaves float32. All else is the same."""
    plain, exact = product.settings("small", steps=2), product.settings("small-fp32", steps=2)
    assert plain.mixed_precision == MixedPrecision.ADAPTIVE
    assert exact == replace(plain, mixed_precision=MixedPrecision.DISABLED)
    assert product.trained(Task("grade", data / "grade"), exact).precision == "float32"


def test_the_product_is_applied_as_inference_does(data: Path) -> None:
    """Pixels in and out as the network gives them."""
    model = product.trained(Task("grade", data / "grade"), product.settings("small", steps=2)).model
    pixels = noise(64, 96)
    assert np.array_equal(product.inference(model)(pixels), model.apply(pixels))


def test_the_product_learns_what_a_matrix_can_do_at_once(data: Path) -> None:
    """Halving is linear, so a fraction of a second suffices to be right on frames it never saw."""
    task = Task("grade", data / "grade")
    learnt = product.train(task, SECONDS, "small")
    before, after = next(task.heldout())
    assert np.abs(learnt.predict(before) - after).mean() < 0.02


@pytest.mark.parametrize("name", ["grade", "matte"])
def test_the_probe_trains_pictures_and_mattes(data: Path, name: str) -> None:
    """Its output fits frames whose edges its levels do not divide; a matte's lies between 0 and 1."""
    learnt = probe.train(Task(name, data / name), SECONDS)
    check(learnt)
    assert learnt.flops() / learnt.steps > 1e6
    if name == "matte":
        output = learnt.predict(noise())
        assert 0 <= output.min() <= output.max() <= 1


def test_the_probe_begins_as_identity() -> None:
    """An untrained probe gives back its input, in scene-linear light too."""
    pixels = noise() * 4 - 1
    assert np.allclose(probe.apply(probe.Probe(), pixels), pixels, atol=1e-6)
    assert np.allclose(probe.apply(probe.Probe(), pixels, scene_linear=True), pixels, atol=1e-4)


def test_tunet_trains_from_a_checkout(data: Path, checkout: Path) -> None:
    """The network comes from the folder; nothing else of it is needed."""
    learnt = tunet.train(Task("grade", data / "grade"), SECONDS, "tunet", checkout)
    check(learnt)
    assert learnt.flops() > 0


def test_tunets_best_starts_as_identity_and_ends_as_coverage(data: Path, checkout: Path) -> None:
    """Residual prediction begins with the plate; its matte preset gives values between 0 and 1."""
    picture = Preset.of("tunet-best", Task("grade", data))
    training = tunet.Training(checkout, Task("grade", data / "grade"), picture)
    assert np.allclose(tunet.apply(training.net.eval(), noise(), picture), noise(), atol=1e-6)
    output = tunet.apply(training.net, noise(), Preset.of("tunet-best", Task("matte", data)))
    assert 0 <= output.min() <= output.max() <= 1


def test_tunets_tiles_agree_with_its_whole_frame_inside(checkout: Path) -> None:
    """Its Hann window adds up to the picture, but for the outermost pixels, which get no weight."""
    torch.manual_seed(0)
    net = tunet.network(checkout).eval()
    pixels = noise(64, 96)
    tiled = tunet.apply_in_tiles(net, pixels, 48)
    whole = tunet.apply(net, pixels, Preset(256))
    assert np.abs(tiled - whole)[24:40, 24:72].mean() < 0.01
    assert np.allclose(tiled[0], 0.5)


def test_patches_cover_the_frame() -> None:
    """The overlapping grid reaches both edges, also where one patch fills the frame."""
    assert tunet.places(100, 40) == [0, 30, 60]
    assert tunet.places(110, 40) == [0, 30, 60, 70]
    assert tunet.places(40, 40) == [0]


def test_a_folder_that_is_no_tunet_is_refused(tmp_path: Path) -> None:
    """The message names the folder and what it should be."""
    with pytest.raises(SystemExit, match=r"no TuNet in .*checkout"):
        tunet.network(tmp_path)
