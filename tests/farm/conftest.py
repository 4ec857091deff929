"""A shot with a CopyCat, an Inference and a Write, and what of it goes to a farm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from farm_shot import write_farm_script

from paircat.farm import submission as submissions
from paircat.farm.submission import Submission
from paircat.nodes.script import Script


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script.load(write_farm_script(tmp_path / "shot"))


@pytest.fixture
def submit(script: Script) -> Callable[..., Submission]:
    """`submit("CopyCat1", "Write1", frames="1001-1003")`; runs are called after their CopyCat."""

    def call(*names: str, networks: dict[str, str] | None = None, **others: str) -> Submission:
        runs = {name: f"{name}_run" for name in names}
        return submissions.of(script, names, runs, networks or {}, **others)  # type: ignore[arg-type]

    return call
