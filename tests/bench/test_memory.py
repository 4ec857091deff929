import subprocess
import sys

import numpy as np
import pytest

from paircat.bench import memory

HOLD = (
    "import numpy as np; from paircat.bench import memory; a = np.ones(1 << {}, np.uint8); del a; print(memory.peak())"
)


def peak_of_child(power: int) -> int:
    """The peak that a process reports which held 2 ** power bytes for a moment."""
    return int(subprocess.run([sys.executable, "-c", HOLD.format(power)], stdout=subprocess.PIPE, check=True).stdout)


def test_the_peak_remembers_what_was_freed() -> None:
    """A child that held 128 MiB for a moment peaks that much above one that held next to nothing."""
    assert peak_of_child(27) - peak_of_child(10) > 100 << 20


def test_a_large_parent_does_not_count_in_its_child() -> None:
    """A process that was started by one of 256 MiB more reports its own memory."""
    alone = peak_of_child(10)
    held = np.ones(1 << 28, np.uint8)
    assert abs(peak_of_child(10) - alone) < 64 << 20
    del held


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process forget its peak")
def test_the_peak_can_begin_anew() -> None:
    """After forgetting, a large block that is gone no longer counts."""
    held = np.ones(1 << 27, np.uint8)
    del held
    memory.forget_peak()
    assert abs(memory.peak() - memory.now()) < 16 << 20
