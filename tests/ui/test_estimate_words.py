"""Estimate words: what the Training tab says of what a training would come to."""

from paircat.engine.training_estimate import TrainingEstimate
from paircat.ui.estimate_words import gpu_line, info_line


def test_lines_of_the_training_tab():
    """N/A until connected; then what a training would come to."""
    assert gpu_line(TrainingEstimate()) == "Not available" and gpu_line(TrainingEstimate(gpu="RTX")) == "RTX"
    assert info_line(None).count("N/A") == 5
    known = TrainingEstimate("", (1, 2), ("R", "G", "B"), ("A",), 1920, 1080, 256, 2, True, 15000)
    line = info_line(known)
    for part in ("R, G, B", "ground truth A", "2 of 1920×1080", "batch size 2 (Auto)", "15,000"):
        assert part in line
