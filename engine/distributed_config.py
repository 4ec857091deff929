"""Rank: which of the processes that learn one run together this one is, as its environment says.

`COPYCAT_MAIN_ADDR`, `COPYCAT_MAIN_PORT`, `COPYCAT_RANK` and `COPYCAT_WORLD_SIZE` make a process one of several, and so
do the variables that torchrun sets. `COPYCAT_SYNC_INTERVAL` and `COPYCAT_LOCAL_ADDR` may stand beside either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paircat.engine.errors import PairCatError

OURS = ("COPYCAT_MAIN_ADDR", "COPYCAT_MAIN_PORT", "COPYCAT_RANK", "COPYCAT_WORLD_SIZE")
TORCHRUNS = ("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE")
INTERVAL, LOCAL_ADDRESS = "COPYCAT_SYNC_INTERVAL", "COPYCAT_LOCAL_ADDR"


@dataclass(frozen=True)
class Rank:
    """One process among `size`, numbered from 0. Number 0 alone writes files, and is where the others meet.

    Attributes:
        address, port: where number 0 listens; port 0 lets the system choose one.
        local_number, local_size: the same among the processes of this machine, as far as it is known.
        interval: the processes share what they learnt every so many steps.
        local_address: the address of this machine to be reached at; empty leaves it to the way to `address`.
        attempt: how often torchrun has started the processes again.
        served: torchrun's agent listens at `address`, so number 0 need not.
    """

    number: int
    size: int
    address: str = "127.0.0.1"
    port: int = 0
    local_number: int = 0
    local_size: int = 1
    interval: int = 1
    local_address: str = ""
    attempt: int = 0
    served: bool = False

    @property
    def first(self) -> bool:
        return self.number == 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Rank | None:
        """The rank that the variables describe, or None for a process that learns alone.

        Raises:
            PairCatError: some of the variables are missing, or what they say is impossible.
        """
        interval = cls.interval_of(environment)
        local_address = environment.get(LOCAL_ADDRESS, "")
        given = [name for name in OURS if environment.get(name)]
        if given:
            absent = [name for name in OURS if name not in given]
            if absent:
                raise PairCatError(
                    f"{given[0]} is set, but {' and '.join(absent)} {'is' if len(absent) == 1 else 'are'} not; set all "
                    f"of {', '.join(OURS)} to train on several machines, or none."
                )
            number, size, port = _place(environment, OURS)
            found = cls(number, size, environment[OURS[0]], port, interval=interval, local_address=local_address)
        elif all(environment.get(name) for name in TORCHRUNS):
            number, size, port = _place(environment, TORCHRUNS)
            local_size = _number(environment, "LOCAL_WORLD_SIZE", 1, least=1)
            found = cls(
                number,
                size,
                environment[TORCHRUNS[0]],
                port,
                local_number=_number(environment, "LOCAL_RANK", 0, least=0),
                local_size=local_size,
                interval=interval,
                local_address=local_address,
                attempt=_number(environment, "TORCHELASTIC_RESTART_COUNT", 0, least=0),
                served=environment.get("TORCHELASTIC_USE_AGENT_STORE") == "True",
            )
        else:
            return None
        return found if found.size > 1 else None

    @staticmethod
    def interval_of(environment: Mapping[str, str]) -> int:
        """Every how many steps processes share what they learnt."""
        return _number(environment, INTERVAL, 1, least=1)

    def environment(self) -> dict[str, str]:
        """The variables that make a process this rank."""
        values = (self.address, str(self.port), str(self.number), str(self.size))
        return {
            **dict(zip(TORCHRUNS, values, strict=True)),
            "LOCAL_RANK": str(self.local_number),
            "LOCAL_WORLD_SIZE": str(self.local_size),
            INTERVAL: str(self.interval),
            LOCAL_ADDRESS: self.local_address,
        }


def follows(environment: Mapping[str, str]) -> bool:
    """Whether this process learns along with another one, which writes the files."""
    rank = Rank.from_environment(environment)
    return rank is not None and not rank.first


def started_again(environment: Mapping[str, str]) -> bool:
    """Whether torchrun has started the processes anew after one of them was lost."""
    return environment.get("TORCHELASTIC_RESTART_COUNT", "0") != "0"


def _place(environment: Mapping[str, str], names: tuple[str, ...]) -> tuple[int, int, int]:
    """Number, size and port."""
    _, port_name, number_name, size_name = names
    port = _number(environment, port_name, 0, least=1, most=65535)
    size = _number(environment, size_name, 1, least=1)
    number = _number(environment, number_name, 0, least=0)
    if number >= size:
        raise PairCatError(
            f"{number_name} is {number}, but {size_name} is {size}: ranks are counted from 0 to {size - 1}; number "
            f"the processes anew."
        )
    return number, size, port


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int | None = None) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    number = int(text) if text.isdecimal() else -1
    if number < least or (most is not None and number > most):
        allowed = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise PairCatError(f"The environment variable {name} is '{text}'; it must be a whole number {allowed}.")
    return number
