"""Which Inference takes which network, where several CopyCats have one Data Directory."""

from __future__ import annotations

import dataclasses

import pytest

from paircat.engine.errors import PairCatError
from paircat.farm import submission as submissions
from paircat.nodes.copycat import CopyCat
from paircat.nodes.script import Script


@pytest.fixture
def shared(script: Script) -> Script:
    """CopyCat2 learns the other way round, in the same folder; Inference2 stands behind Inference1."""
    script.add("CopyCat", "CopyCat2").set("dataDirectory", script.node("CopyCat1").value("dataDirectory"))
    script.add("Read", "Read3").set("file", "other/a.####.exr")
    script.add("Read", "Read4").set("file", "other/b.####.exr")
    for slot, source in {"Input": "Read3", "GroundTruth": "Read4"}.items():
        script.connect(source, "CopyCat2", slot)
    script.add("Inference", "Inference2")
    script.connect("Inference1", "Inference2")
    script.connect("Inference2", "Write1")
    for number, run in ((1, "a"), (2, "b")):
        copycat = script.node(f"CopyCat{number}")
        assert isinstance(copycat, CopyCat)
        job = copycat.job(script.graph(), run)
        folder = script.path.parent / "runs"  # type: ignore[union-attr]
        folder.mkdir(exist_ok=True)
        dataclasses.replace(job, run=run).save(folder / f"{run}.job")
        script.node(f"Inference{number}").set("modelFile", f"runs/{run}.100.cat")
    return script


def networks(script: Script, *names: str, chosen: dict[str, str] | None = None) -> dict[str, str]:
    """Those that the Write takes; `of` changes the script, so it is given a copy."""
    copied = Script.from_json(script.to_json(), script.path)
    (step,) = submissions.of(copied, names, {name: f"{name}_run" for name in names}, chosen or {}).renderings
    return dict(step.networks)


def test_each_inference_takes_that_of_the_copycat_whose_run_it_has(shared: Script) -> None:
    """By the files that the run learns, in whichever order they are named."""
    both = {"Inference1": "CopyCat1", "Inference2": "CopyCat2"}
    assert networks(shared, "CopyCat1", "CopyCat2", "Write1") == both
    assert networks(shared, "CopyCat2", "CopyCat1", "Write1") == both


def test_the_network_of_a_copycat_that_is_not_trained_stays(shared: Script) -> None:
    """It is finished, and another CopyCat of its folder is no reason to replace it."""
    assert networks(shared, "CopyCat1", "Write1") == {"Inference1": "CopyCat1"}


def test_a_run_belongs_to_the_copycat_that_names_it(shared: Script) -> None:
    """As its active run; so two that learn the same files can be told from each other."""
    shared.connect("Read1", "CopyCat2", "Input")
    shared.connect("Read2", "CopyCat2", "GroundTruth")
    shared.node("CopyCat2").set("activeRun", "b")
    shared.node("CopyCat1").set("activeRun", "a")
    assert networks(shared, "CopyCat1", "Write1") == {"Inference1": "CopyCat1"}


def test_what_cannot_be_told_is_asked_for(shared: Script) -> None:
    """Either answer is taken: another network, or the Model File as it is."""
    folder = shared.path.parent / "runs"  # type: ignore[union-attr]
    (folder / "b.job").unlink()
    with pytest.raises(PairCatError, match=r"Inference2 .*CopyCat1 and CopyCat2.*--network Inference2=own"):
        networks(shared, "CopyCat1", "Write1")
    assert networks(shared, "CopyCat1", "Write1", chosen={"Inference2": "own"}) == {"Inference1": "CopyCat1"}
    chosen = {"Inference1": "own", "Inference2": "CopyCat1"}
    assert networks(shared, "CopyCat1", "Write1", chosen=chosen) == {"Inference2": "CopyCat1"}
