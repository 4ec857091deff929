"""DistributedConfig: read from CopyCat's variables or torchrun's, with an error for what is wrong with them."""

from __future__ import annotations

import pytest

from paircat.engine.distributed_config import DistributedConfig, is_worker, restarted_by_torchrun
from paircat.engine.errors import PairCatError

OURS = {
    "COPYCAT_MAIN_ADDR": "10.0.0.1",
    "COPYCAT_MAIN_PORT": "30000",
    "COPYCAT_RANK": "1",
    "COPYCAT_WORLD_SIZE": "3",
}
TORCHRUNS = {"MASTER_ADDR": "node1", "MASTER_PORT": "29500", "RANK": "5", "WORLD_SIZE": "8"}


def test_a_process_without_variables_trains_alone() -> None:
    """So does the only one of a world of size one."""
    assert DistributedConfig.from_environment({}) is None
    assert DistributedConfig.from_environment({**OURS, "COPYCAT_RANK": "0", "COPYCAT_WORLD_SIZE": "1"}) is None


def test_copycats_variables_make_one_of_several() -> None:
    """With the interval and the address that may stand beside them."""
    config = DistributedConfig.from_environment(
        {**OURS, "COPYCAT_SYNC_INTERVAL": "8", "COPYCAT_LOCAL_ADDR": "10.0.0.2"}
    )
    assert config == DistributedConfig(1, 3, "10.0.0.1", 30000, sync_interval=8, local_address="10.0.0.2")
    assert is_worker(OURS) and not is_worker({**OURS, "COPYCAT_RANK": "0"})


def test_torchruns_variables_do_as_well() -> None:
    """They tell of the machine's own processes and of restarts; CopyCat's interval counts there, too."""
    more = {"LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4", "TORCHELASTIC_RESTART_COUNT": "2", "COPYCAT_SYNC_INTERVAL": "4"}
    config = DistributedConfig.from_environment({**TORCHRUNS, **more, "TORCHELASTIC_USE_AGENT_STORE": "True"})
    assert config == DistributedConfig(
        5, 8, "node1", 29500, local_rank=1, local_world_size=4, sync_interval=4, restart_count=2, uses_agent_store=True
    )
    assert restarted_by_torchrun(more) and not restarted_by_torchrun({})


def test_a_config_survives_the_environment_that_it_describes() -> None:
    """What starts a process is what the process finds."""
    config = DistributedConfig(
        2, 3, "::1", 4000, local_rank=2, local_world_size=3, sync_interval=5, local_address="::1"
    )
    assert DistributedConfig.from_environment(config.environment()) == config


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"COPYCAT_RANK": "3"}, "COPYCAT_RANK is 3.*counted from 0 to 2"),
        ({"COPYCAT_RANK": "one"}, "COPYCAT_RANK is 'one'.*whole number"),
        ({"COPYCAT_MAIN_PORT": "70000"}, "COPYCAT_MAIN_PORT is '70000'.*from 1 to 65535"),
        ({"COPYCAT_SYNC_INTERVAL": "0"}, "COPYCAT_SYNC_INTERVAL is '0'.*at least 1"),
        ({"COPYCAT_MAIN_ADDR": "", "COPYCAT_WORLD_SIZE": ""}, "COPYCAT_MAIN_ADDR and COPYCAT_WORLD_SIZE are not"),
    ],
)
def test_an_impossible_value_is_reported_with_its_variable(changes: dict[str, str], message: str) -> None:
    """Each mistake in one sentence."""
    with pytest.raises(PairCatError, match=message):
        DistributedConfig.from_environment({**OURS, **changes})
