"""Estimate words: what the Training tab says of what a training would come to."""

from dataclasses import replace

from written_runs import write_run

from paircat.engine.settings import TrainingSettings
from paircat.engine.training_estimate import TrainingEstimate
from paircat.ui.estimate_words import gpu_line, info_line, resume_line
from paircat.ui.folder_watch import RunSnapshot


def test_lines_of_the_training_tab():
    """N/A until connected; then what a training would come to."""
    assert gpu_line(TrainingEstimate()) == "Not available" and gpu_line(TrainingEstimate(gpu="RTX")) == "RTX"
    assert info_line(None).count("N/A") == 5
    known = TrainingEstimate("", (1, 2), ("R", "G", "B"), ("A",), 1920, 1080, 256, 2, True, 15000)
    line = info_line(known)
    for part in ("R, G, B", "ground truth A", "2 of 1920×1080", "batch size 2 (Auto)", "15,000"):
        assert part in line


def test_what_a_resume_comes_to_is_told_beside_a_new_training(tmp_path):
    """With the batch that the run has, or that was set since; how far, by the pairs that are connected now."""
    known = TrainingEstimate(frames=(1, 2, 3), batch_size=3, total_steps=100)
    run = RunSnapshot(write_run(tmp_path, "look"), write_run(tmp_path, "look").info, batch_size=2)
    settings = TrainingSettings(epochs=100)
    line = "Resume of 'look': batch size 2   ·   steps 40 to 150"
    assert resume_line(known, run, settings) == line
    assert resume_line(known, run, replace(settings, batch_size=3)).endswith("batch size 3   ·   steps 40 to 100")
    assert resume_line(known, run, replace(settings, epochs=20)).endswith("nothing, its 30 steps are done")
    assert resume_line(None, run, settings) == resume_line(known, run, None) == ""
    assert resume_line(known, replace(run, batch_size=0), settings) == ""
