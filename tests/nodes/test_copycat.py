"""CopyCat."""

import dataclasses

import pytest
from written_runs import write_foundry_run, write_run

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.runs.job import Job
from paircat.engine.settings import InitialWeights, MixedPrecision, ModelSize, NonFinite, Target, TrainingSettings
from paircat.nodes.copycat import CHANGEABLE_SETTINGS, SETTINGS, CopyCat
from paircat.nodes.copycat_knobs import CHANGEABLE


def test_untouched_knobs_are_the_trainers_defaults(script):
    """A CopyCat that nobody changed trains as the engine does by itself."""
    assert script.node("CopyCat1").settings(script.graph()) == TrainingSettings()


def test_each_knob_reaches_its_setting(script, tmp_path):
    """Every knob of the Advanced tab changes the setting it stands for."""
    node = script.node("CopyCat1")
    values = {
        "epochs": 7, "modelSize": "Large", "batchSizeType": "Manual", "batchSize": 3, "cropSize": 64,
        "initialWeights": "Checkpoint", "checkpointFile": "start.cat", "channelsIn": "rgb", "channelsOut": "alpha",
        "learningRate": 3e-4, "seed": 5, "checkpointInterval": 11, "imageInterval": 12, "maxCheckpoints": 13,
        "multiResolution": False, "mixedPrecision": "Disabled", "flips": True, "quarterTurns": True,
        "nonFinite": "zero", "target": "Matte", "device": "cuda:1", "processes": 3, "threads": 2,
    }  # fmt: skip
    for knob, value in values.items():
        node.set(knob, value)
    settings = node.settings(script.graph())
    assert settings == TrainingSettings(
        epochs=7, model_size=ModelSize.LARGE, batch_size=3, crop_size=64, initial_weights=InitialWeights.CHECKPOINT,
        checkpoint_file=str(tmp_path / "start.cat"), channels_in="rgb", channels_out="alpha", learning_rate=3e-4,
        seed=5, checkpoint_interval=11, image_interval=12, max_checkpoints=13, multi_resolution=False,
        mixed_precision=MixedPrecision.DISABLED, flips=True, quarter_turns=True, non_finite=NonFinite.ZERO,
        target=Target.MATTE, device="cuda:1", processes=3, threads=2,
    )  # fmt: skip
    names = {item.name for item in dataclasses.fields(TrainingSettings)}
    assert set(SETTINGS.values()) <= names and set(SETTINGS) <= {knob.name for knob in node.knobs}


def test_auto_batch_and_auto_crop_leave_the_choice_to_the_trainer(script):
    """Auto is 0, whatever number stands beside it; a number that was asked for is itself, 256 too."""
    node = script.node("CopyCat1")
    node.set("batchSize", 5)
    node.set("cropSize", "auto")
    settings = node.settings(script.graph())
    assert (settings.batch_size, settings.crop_size) == (0, 0)
    node.set("cropSize", 256)
    assert node.settings(script.graph()).crop_size == 256


def test_without_the_gpu_the_device_is_the_processor(script):
    """Switching the GPU off goes before any device."""
    node = script.node("CopyCat1")
    node.set("device", "cuda")
    node.set("useGPU", False)
    assert node.settings(script.graph()).device == "cpu"


def test_job_holds_recipes_frames_and_place(script, tmp_path):
    """A job has the Ops of the inputs, and goes to the process and back unchanged."""
    node = script.node("CopyCat1")
    script.connect("Read1", "CopyCat1", "Preview")
    node.set("frames", "5,7")
    node.set("runName", "first_try")
    job = node.job(script.graph())
    assert (job.input, job.ground_truth, job.preview) == (script.op("Read1"), script.op("Read2"), script.op("Read1"))
    assert job.frames == FrameRange.parse("5,7") and job.run == "first_try"
    assert job.data_directory == str(tmp_path / "training")
    job.save(tmp_path / "a.job")
    assert Job.load(tmp_path / "a.job") == job
    assert node.job(script.graph(), "other").run == "other"


def test_preview_is_optional_and_no_frames_mean_all_common_ones(script):
    """Only Input and GroundTruth are needed; the engine takes the common frames where none are named."""
    job = script.node("CopyCat1").job(script.graph())
    assert job.preview is None and len(job.frames) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda script: script.disconnect("CopyCat1", "GroundTruth"), "GroundTruth input of CopyCat1 is not connected"),
        (lambda script: script.disconnect("CopyCat1", "Input"), "Input input of CopyCat1 is not connected"),
        (lambda script: script.node("CopyCat1").set("dataDirectory", ""), "CopyCat1 has no Data Directory"),
        (lambda script: script.node("CopyCat1").set("initialWeights", "Checkpoint"), "set the knob 'checkpointFile'"),
        (lambda script: script.node("Read2").set("file", ""), "Read2 has no file"),
    ],
)
def test_what_is_missing_is_named(change, sentence, script):
    """A training that cannot start says which node or knob is to blame."""
    change(script)
    with pytest.raises(PairCatError, match=sentence):
        script.node("CopyCat1").job(script.graph())


def test_picture_is_the_input(script):
    """A CopyCat has no picture of its own and passes on its Input."""
    assert script.op("CopyCat1") == script.op("Read1")
    script.disconnect("CopyCat1", "Input")
    with pytest.raises(GraphError, match="Input input of CopyCat1"):
        script.op("CopyCat1")


def test_no_knob_of_a_training_changes_a_pixel():
    """Nothing in the window is rendered again when a training is set up."""
    assert not any(knob.pixels for knob in CopyCat.knobs)
    assert {knob.tab for knob in CopyCat.knobs} == {"Training", "Advanced", "Progress"}


def test_a_copycat_is_viewed_with_what_it_has_learnt(script, tmp_path):
    """On its Preview source, or its Input where there is none; what it hands on stays its Input."""
    assert script.graph().viewed("CopyCat1") == (script.op("Read1"), "nothing learnt yet")
    (tmp_path / "training").mkdir()
    cat = write_run(tmp_path / "training", "new", steps=1000).newest_cat()
    assert script.graph().viewed("CopyCat1") == (InferenceOp(script.op("Read1"), str(cat)), "new, step 1,000")
    assert script.op("CopyCat1") == script.op("Read1")
    script.connect("Read2", "CopyCat1", "Preview")
    assert script.graph().viewed("CopyCat1")[0] == InferenceOp(script.op("Read2"), str(cat))
    script.node("CopyCat1").set("dataDirectory", "")
    assert script.graph().viewed("CopyCat1") == (script.op("Read2"), "nothing learnt yet")


def test_runs_of_nuke_are_not_applied_to_a_copycats_picture(script, tmp_path):
    """Their networks cannot be loaded here."""
    folder = tmp_path / "training"
    folder.mkdir()
    write_foundry_run(folder)
    assert script.graph().viewed("CopyCat1") == (script.op("Read1"), "nothing learnt yet")


def test_what_may_change_in_the_middle_of_a_run_is_a_knob_and_a_setting():
    """The window and the command line take the same ones."""
    assert {CopyCat.knob(name).name for name in CHANGEABLE} == set(CHANGEABLE)
    known = TrainingSettings().to_json()
    assert len(CHANGEABLE_SETTINGS) == len(CHANGEABLE) and all(name in known for name in CHANGEABLE_SETTINGS)
