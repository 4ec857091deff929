"""The knobs of CopyCat: the Training tab, the Advanced tab, and what the Progress tab remembers."""

from __future__ import annotations

from typing import Any

from paircat.engine.settings import (
    CROP_SIZES,
    InitialWeights,
    MixedPrecision,
    ModelSize,
    NonFinite,
    Target,
    TrainingSettings,
)
from paircat.nodes.knobs import Bool, Channels, Choice, File, Float, Folder, Frames, Int, Knob, Text, When

AUTO_CROP = "Auto"
GRAPH_AXES = ("Steps", "Time")

CHANGEABLE = (
    "modelSize",
    "batchSize",
    "learningRate",
    "checkpointInterval",
    "imageInterval",
    "maxCheckpoints",
    "mixedPrecision",
    "device",
    "processes",
    "threads",
)
"""Knobs that may change in the middle of a run; the rest belongs to the network or to the order of the crops."""

_DEFAULTS = TrainingSettings()
_LARGEST_SEED = 2**63 - 1  # torch holds it in 64 bits with a sign
_TRAINING: Any = {"tab": "Training", "pixels": False}
_ADVANCED: Any = {"tab": "Advanced", "pixels": False}
_PROGRESS: Any = {"tab": "Progress", "pixels": False}

KNOBS: tuple[Knob, ...] = (
    Bool(
        "useGPU",
        "Use GPU if available",
        "Train on a graphics card where there is one that can; otherwise on the processor.",
        default=True,
        **_TRAINING,
    ),
    Folder(
        "dataDirectory",
        "Data Directory",
        "The folder for all that training makes: networks, states to resume from, contact sheets, previews, losses. It "
        "has to exist; Start Training offers to create it.",
        **_TRAINING,
    ),
    Frames(
        "frames",
        "Frames",
        "The frames to learn from, such as 1,51,101. Empty: all frames that Input and GroundTruth have in common.",
        **_TRAINING,
    ),
    Int(
        "epochs",
        "Epochs",
        "How often all pairs are gone through. Total steps are epochs times pairs, divided by the batch size.",
        default=_DEFAULTS.epochs,
        minimum=1,
        **_TRAINING,
    ),
    Text(
        "runName",
        "Run name",
        "The name of the next run and of its files. Empty: Training_ with the date and time.",
        **_TRAINING,
    ),
    Choice(
        "initialWeights",
        "Initial Weights",
        "What the network starts from: nothing, an earlier .cat, or weights that come with PairCat and have learnt to "
        "sharpen, to enlarge (an input that has its final size already), or to matte people.",
        default=_DEFAULTS.initial_weights.value,
        options=tuple(item.value for item in InitialWeights),
        **_ADVANCED,
    ),
    File(
        "checkpointFile",
        "Checkpoint File",
        "The .cat to start from. Its model size must be that of this training; of other channels, the log says what "
        "is used.",
        filters=("*.cat",),
        visible_when=(When("initialWeights", (InitialWeights.CHECKPOINT.value,)),),
        **_ADVANCED,
    ),
    Choice(
        "modelSize",
        "Model Size",
        "A larger network can learn more complex work, and takes more time and memory in training and in use. It "
        "learns as Small for the first 60 % of the run, or 2,000 steps, and then grows, unless it has Initial Weights.",
        default=_DEFAULTS.model_size.value,
        options=tuple(item.value for item in ModelSize),
        **_ADVANCED,
    ),
    Choice(
        "batchSizeType",
        "Batch Size",
        "Auto takes up to eight crops a step, no more than there are pairs or than the free memory safely holds; "
        "Manual takes the number beside it.",
        default="Auto",
        options=("Auto", "Manual"),
        **_ADVANCED,
    ),
    Int(
        "batchSize",
        "Crops a step",
        "How many crops one step learns from. It cannot be more than there are pairs.",
        default=8,
        minimum=1,
        enabled_when=(When("batchSizeType", ("Manual",)),),
        **_ADVANCED,
    ),
    Choice(
        "cropSize",
        "Crop Size",
        "The edge of the random squares that are learnt from, in pixels, and of the tiles of a contact sheet. Larger "
        "ones show more context and take longer. Auto is 256 on a GPU and 128 on the CPU, less for smaller frames, "
        "twice as much for mattes of large objects without hair.",
        default=AUTO_CROP,
        options=(AUTO_CROP, *CROP_SIZES),
        **_ADVANCED,
    ),
    Int(
        "checkpointInterval",
        "Checkpoint Interval",
        "Save the network, the state to resume from and a preview every so many steps, and after ten minutes in any "
        "case. Before the first of them previews come with the 1st, 2nd, 4th, 8th ... contact sheet.",
        default=_DEFAULTS.checkpoint_interval,
        minimum=1,
        **_ADVANCED,
    ),
    Int(
        "imageInterval",
        "Contact Sheet Interval",
        "Save a contact sheet every so many steps.",
        default=_DEFAULTS.image_interval,
        minimum=1,
        **_ADVANCED,
    ),
    Int(
        "maxCheckpoints",
        "Max Checkpoints",
        "How many checkpoints of a run to keep, or all; the first, best and last always stay.",
        default=_DEFAULTS.max_checkpoints,
        minimum=0,
        zero="all",
        **_ADVANCED,
    ),
    Bool(
        "multiResolution",
        "Multi-resolution training",
        "Begin at a quarter and then half of the resolution, which is quicker; the end is always at full resolution.",
        default=_DEFAULTS.multi_resolution,
        **_ADVANCED,
    ),
    Float(
        "learningRate",
        "Learning Rate",
        "How far each step goes. A new network's first hundred steps go up to three times as far; towards the end of "
        "the run it falls to nothing. Lower it where the loss jumps about or becomes infinite.",
        default=_DEFAULTS.learning_rate,
        minimum=1e-8,
        maximum=1.0,
        slider=(1e-5, 1e-2),
        **_ADVANCED,
    ),
    Int(
        "seed",
        "Seed",
        "Decides pairs, crops and the network's start. The same one gives the same training on the processor where "
        "Threads and Batch Size are set, and otherwise one that differs by rounding, or by its batch.",
        default=_DEFAULTS.seed,
        minimum=0,
        maximum=_LARGEST_SEED,
        **_ADVANCED,
    ),
    Channels(
        "channelsIn",
        "Channels In",
        "The channels of Input to learn from, such as rgb. Empty: all that it has.",
        empty="all",
        **_ADVANCED,
    ),
    Channels(
        "channelsOut",
        "Channels Out",
        "The channels of GroundTruth to learn, such as alpha. Empty: all that it has.",
        of="GroundTruth",
        empty="all",
        **_ADVANCED,
    ),
    Choice(
        "target",
        "Ground truth is",
        "A matte is learnt as coverage: every value lies between 0 and 1, and a small figure counts as much as a large "
        "background. Auto takes an alpha channel for one, and what is nearly all black and white; the log says which.",
        default=_DEFAULTS.target.value,
        options=tuple(item.value for item in Target),
        **_ADVANCED,
    ),
    Choice(
        "nonFinite",
        "NaN and Inf",
        "Values in the pairs that are no numbers: stop with an error that names the frame, or train with zero instead.",
        default=_DEFAULTS.non_finite.value,
        options=tuple(item.value for item in NonFinite),
        **_ADVANCED,
    ),
    Bool(
        "flips",
        "Random flips",
        "Mirror crops at random. More variety from few pairs, where left and right may be swapped.",
        default=_DEFAULTS.flips,
        **_ADVANCED,
    ),
    Bool(
        "quarterTurns",
        "Random quarter turns",
        "Turn crops at random by 90 degrees. Only for work that knows no up and down.",
        default=_DEFAULTS.quarter_turns,
        **_ADVANCED,
    ),
    Choice(
        "mixedPrecision",
        "Mixed Precision",
        "Steps in half precision, which take half the time: on graphics cards and processors that gain from it, never, "
        "or always. Weights and results stay in full precision.",
        default=_DEFAULTS.mixed_precision.value,
        options=tuple(item.value for item in MixedPrecision),
        **_ADVANCED,
    ),
    Text(
        "device",
        "Device",
        "auto, cpu, cuda, cuda:1 for the second card, or mps. cuda:all, or cuda:0,2, trains on several cards at once; "
        "each takes its share of a step's crops.",
        default=_DEFAULTS.device,
        enabled_when=(When("useGPU", (True,)),),
        **_ADVANCED,
    ),
    Int(
        "processes",
        "Processes",
        "How many processes share the crops of a step where the processor trains. More than one pays on machines with "
        "many cores; no more are used than there are crops a step.",
        default=_DEFAULTS.processes,
        minimum=1,
        **_ADVANCED,
    ),
    Int(
        "threads",
        "Threads",
        "Processor threads for training, all processes together. With auto a training takes as many as make its steps "
        "quickest here, and fewer while other programs are busy; a number is kept, whatever else runs.",
        default=_DEFAULTS.threads,
        minimum=0,
        zero="auto",
        **_ADVANCED,
    ),
    Text(
        "activeRun",
        "Active run",
        "The run that is resumed, and whose newest network Preview and a new Inference use. Empty: the newest that "
        "learns what is connected.",
        **_PROGRESS,
    ),
    Bool(
        "liveUpdates",
        "Live Updates",
        "Look every second for runs that other sessions and machines make in the Data Directory.",
        **_PROGRESS,
    ),
    Choice("graphAxis", "Graph axis", "What the curves run along.", default="Steps", options=GRAPH_AXES, **_PROGRESS),
    Bool("logScale", "Log Scale", "Losses by their order of magnitude.", **_PROGRESS),
    Bool(
        "originalCurve",
        "Original",
        "Every step's loss, faint behind the smoothed one.",
        default=True,
        **_PROGRESS,
    ),
    Float(
        "smoothness",
        "Smoothness",
        "How much of what came before is in each point of a curve; 0 is none.",
        default=0.6,
        minimum=0.0,
        maximum=0.999,
        **_PROGRESS,
    ),
)
