"""Rank: read from CopyCat's variables or torchrun's, and told what is wrong with them."""

from __future__ import annotations

import pytest

from paircat.engine.distributed_config import Rank, follows, started_again
from paircat.engine.errors import PairCatError

OURS = {
    "COPYCAT_MAIN_ADDR": "10.0.0.1",
    "COPYCAT_MAIN_PORT": "30000",
    "COPYCAT_RANK": "1",
    "COPYCAT_WORLD_SIZE": "3",
}
TORCHRUNS = {"MASTER_ADDR": "node1", "MASTER_PORT": "29500", "RANK": "5", "WORLD_SIZE": "8"}


def test_a_process_that_nobody_numbered_learns_alone() -> None:
    """So does the only one of a world of one."""
    assert Rank.from_environment({}) is None
    assert Rank.from_environment({**OURS, "COPYCAT_RANK": "0", "COPYCAT_WORLD_SIZE": "1"}) is None


def test_copycats_variables_make_one_of_several() -> None:
    """With the interval and the address that may stand beside them."""
    rank = Rank.from_environment({**OURS, "COPYCAT_SYNC_INTERVAL": "8", "COPYCAT_LOCAL_ADDR": "10.0.0.2"})
    assert rank == Rank(1, 3, "10.0.0.1", 30000, interval=8, local_address="10.0.0.2")
    assert follows(OURS) and not follows({**OURS, "COPYCAT_RANK": "0"})


def test_torchruns_variables_do_as_well() -> None:
    """It tells of the machine's own processes and of restarts; CopyCat's interval counts there, too."""
    more = {"LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4", "TORCHELASTIC_RESTART_COUNT": "2", "COPYCAT_SYNC_INTERVAL": "4"}
    rank = Rank.from_environment({**TORCHRUNS, **more, "TORCHELASTIC_USE_AGENT_STORE": "True"})
    assert rank == Rank(5, 8, "node1", 29500, local_number=1, local_size=4, interval=4, attempt=2, served=True)
    assert started_again(more) and not started_again({})


def test_a_rank_survives_the_environment_that_it_describes() -> None:
    """What starts a process is what the process finds."""
    rank = Rank(2, 3, "::1", 4000, local_number=2, local_size=3, interval=5, local_address="::1")
    assert Rank.from_environment(rank.environment()) == rank


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"COPYCAT_RANK": "3"}, "COPYCAT_RANK is 3.*counted from 0 to 2"),
        ({"COPYCAT_RANK": "one"}, "COPYCAT_RANK is 'one'.*whole number"),
        ({"COPYCAT_MAIN_PORT": "70000"}, "COPYCAT_MAIN_PORT is '70000'.*from 1 to 65535"),
        ({"COPYCAT_SYNC_INTERVAL": "0"}, "COPYCAT_SYNC_INTERVAL is '0'.*at least 1"),
        ({"COPYCAT_MAIN_ADDR": "", "COPYCAT_WORLD_SIZE": ""}, "COPYCAT_MAIN_ADDR and COPYCAT_WORLD_SIZE are not"),
    ],
)
def test_what_cannot_be_is_told_by_the_variables_name(changes: dict[str, str], told: str) -> None:
    """Each mistake in one sentence."""
    with pytest.raises(PairCatError, match=told):
        Rank.from_environment({**OURS, **changes})
