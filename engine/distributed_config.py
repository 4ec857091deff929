"""DistributedConfig: this process's rank among those that train one run together, as its environment says.

`COPYCAT_MAIN_ADDR`, `COPYCAT_MAIN_PORT`, `COPYCAT_RANK` and `COPYCAT_WORLD_SIZE` make a process one of several, and so
do the variables that torchrun sets. `COPYCAT_SYNC_INTERVAL` and `COPYCAT_LOCAL_ADDR` may stand beside either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paircat.engine.errors import PairCatError

MAIN_ADDR, MAIN_PORT, RANK, WORLD_SIZE = "COPYCAT_MAIN_ADDR", "COPYCAT_MAIN_PORT", "COPYCAT_RANK", "COPYCAT_WORLD_SIZE"
COPYCAT_VARIABLES = (MAIN_ADDR, MAIN_PORT, RANK, WORLD_SIZE)
TORCHRUN_VARIABLES = ("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE")
SYNC_INTERVAL, LOCAL_ADDR = "COPYCAT_SYNC_INTERVAL", "COPYCAT_LOCAL_ADDR"


@dataclass(frozen=True)
class DistributedConfig:
    """One process of a distributed training. Rank 0 alone writes files, and is where the others connect.

    Attributes:
        rank, world_size: this process's number, counted from 0, and how many processes there are.
        address, port: where rank 0 listens; port 0 lets the system choose one.
        local_rank, local_world_size: the same among the processes of this machine, as far as it is known.
        sync_interval: the processes synchronize every so many steps.
        local_address: the address of this machine to be reached at; empty leaves it to the route to `address`.
        restart_count: how often torchrun has restarted the processes.
        uses_agent_store: torchrun's agent listens at `address`, so rank 0 need not.
    """

    rank: int
    world_size: int
    address: str = "127.0.0.1"
    port: int = 0
    local_rank: int = 0
    local_world_size: int = 1
    sync_interval: int = 1
    local_address: str = ""
    restart_count: int = 0
    uses_agent_store: bool = False

    @property
    def is_rank_zero(self) -> bool:
        return self.rank == 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> DistributedConfig | None:
        """What the variables describe, or None for a process that trains alone.

        Raises:
            PairCatError: some of the variables are missing, or what they say is impossible.
        """
        sync_interval = cls.sync_interval_from(environment)
        local_address = environment.get(LOCAL_ADDR, "")
        given = [name for name in COPYCAT_VARIABLES if environment.get(name)]
        if given:
            absent = [name for name in COPYCAT_VARIABLES if name not in given]
            if absent:
                raise PairCatError(
                    f"{given[0]} is set, but {' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not; set all "
                    f"of {', '.join(COPYCAT_VARIABLES)} to train on several machines, or none."
                )
            rank, world_size, port = _placement(environment, COPYCAT_VARIABLES)
            address = environment[MAIN_ADDR]
            found = cls(rank, world_size, address, port, sync_interval=sync_interval, local_address=local_address)
        elif all(environment.get(name) for name in TORCHRUN_VARIABLES):
            rank, world_size, port = _placement(environment, TORCHRUN_VARIABLES)
            local_world_size = _number(environment, "LOCAL_WORLD_SIZE", 1, least=1)
            found = cls(
                rank,
                world_size,
                environment[TORCHRUN_VARIABLES[0]],
                port,
                local_rank=_number(environment, "LOCAL_RANK", 0, least=0),
                local_world_size=local_world_size,
                sync_interval=sync_interval,
                local_address=local_address,
                restart_count=_number(environment, "TORCHELASTIC_RESTART_COUNT", 0, least=0),
                uses_agent_store=environment.get("TORCHELASTIC_USE_AGENT_STORE") == "True",
            )
        else:
            return None
        return found if found.world_size > 1 else None

    @staticmethod
    def sync_interval_from(environment: Mapping[str, str]) -> int:
        """Every how many steps the processes synchronize."""
        return _number(environment, SYNC_INTERVAL, 1, least=1)

    def environment(self) -> dict[str, str]:
        """The variables that give a process this configuration."""
        values = (self.address, str(self.port), str(self.rank), str(self.world_size))
        return {
            **dict(zip(TORCHRUN_VARIABLES, values, strict=True)),
            "LOCAL_RANK": str(self.local_rank),
            "LOCAL_WORLD_SIZE": str(self.local_world_size),
            SYNC_INTERVAL: str(self.sync_interval),
            LOCAL_ADDR: self.local_address,
        }


def is_worker(environment: Mapping[str, str]) -> bool:
    """Whether this process is of rank 1 or higher; rank 0 writes the files."""
    config = DistributedConfig.from_environment(environment)
    return config is not None and not config.is_rank_zero


def restarted_by_torchrun(environment: Mapping[str, str]) -> bool:
    """Whether torchrun has restarted the processes after one of them was lost."""
    return environment.get("TORCHELASTIC_RESTART_COUNT", "0") != "0"


def _placement(environment: Mapping[str, str], names: tuple[str, ...]) -> tuple[int, int, int]:
    """Rank, world size and port."""
    _, port_name, rank_name, world_size_name = names
    port = _number(environment, port_name, 0, least=1, most=65535)
    world_size = _number(environment, world_size_name, 1, least=1)
    rank = _number(environment, rank_name, 0, least=0)
    if rank >= world_size:
        raise PairCatError(
            f"{rank_name} is {rank}, but {world_size_name} is {world_size}: ranks are counted from 0 to "
            f"{world_size - 1}; number the processes anew."
        )
    return rank, world_size, port


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int | None = None) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    number = int(text) if text.isdecimal() else -1
    if number < least or (most is not None and number > most):
        allowed = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise PairCatError(f"The environment variable {name} is '{text}'; it must be a whole number {allowed}.")
    return number
