"""The page about Python keeps its word: its blocks run, one after another, on a small shot."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import read_image, write_image
from paircat.engine.picture.image import Header, Image

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "python.md").read_text(encoding="utf-8")


def test_the_blocks_of_the_page_run_one_after_another(tmp_path: Path) -> None:
    """In a process of their own, in the folder of a shot with three painted frames; only the steps are fewer."""
    random, box = np.random.default_rng(1), Box(0, 0, 64, 48)
    for frame in range(1, 5):
        pixels = np.kron(random.random((6, 8, 3)), np.ones((8, 8, 1))).astype(np.float32)
        write_image(tmp_path / f"plate.{frame:04d}.exr", Image(Header(("R", "G", "B"), box, box), pixels))
        if frame < 4:
            write_image(tmp_path / f"paint.{frame:04d}.exr", Image(Header(("R", "G", "B"), box, box), pixels * 0.5))
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 5
    code = "\n".join(blocks)
    assert "steps=2000" in code
    program = tmp_path / "program.py"
    program.write_text(code.replace("steps=2000", "steps=3"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 done" in done.stdout and done.stdout.splitlines()[-1] == "1-4"
    assert read_image(tmp_path / "result" / "plate.0004.exr").pixels.shape == (48, 64, 3)
