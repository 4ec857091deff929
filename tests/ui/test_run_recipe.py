"""How a run was started, in words."""

from dataclasses import replace

import numpy as np
from written_runs import header, write_foundry_run, write_run

from paircat.engine.runs.checkpoint import save_cat
from paircat.engine.settings import ModelSize, TrainingSettings
from paircat.ui.run_recipe import recipe


def test_a_run_says_what_tells_it_from_others(tmp_path):
    """Its job what was asked for; its .cat the channels, and what Auto came to."""
    run = write_run(tmp_path, "first", settings=TrainingSettings(model_size=ModelSize.LARGE, channels_out="alpha"))
    assert recipe(run, None).splitlines() == [
        "Model Size Large, Crop Size Auto, batch size Auto",
        "Frames 1,3",
        "Channels all → alpha",
    ]
    found = replace(header("first", 40, 100), data_set={"crop_size": 128, "batch_size": 8, "frames": "1,3"})
    save_cat(run.cat(40), found, {"weight": np.zeros(3, np.float32)})
    assert recipe(run, run.cat(40)).splitlines() == [
        "Model Size Large, Crop Size 128, batch size 8",
        "Frames 1,3",
        "Channels R, G, B → A",
    ]


def test_a_run_of_which_nothing_is_known_says_nothing(tmp_path):
    """Such as Nuke's own; a .cat alone is enough to say most of it."""
    run = write_foundry_run(tmp_path)
    assert recipe(run, None) == "" and recipe(run, run.cat(190)) == ""
    run = write_run(tmp_path, "first")
    run.job.unlink()
    assert recipe(run, run.cat(40)).startswith("Model Size Medium, ")
