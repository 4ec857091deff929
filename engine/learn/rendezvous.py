"""Rendezvous: where the processes of a world find each other, and see whether they were given the same task.

Rank 0 listens; torch.distributed's TCPStore is the board on which each leaves what it knows.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import psutil

from paircat.engine.distributed_config import LOCAL_ADDRESS, OURS, Rank
from paircat.engine.errors import PairCatError

JOIN_SECONDS = 300.0
"""How long the processes wait for each other at the start; `PAIRCAT_JOIN_SECONDS` is another time."""
LOST_SECONDS = 120.0
"""How long no word of another process may come before it counts as lost; `PAIRCAT_LOST_SECONDS` is another time."""
_INTERFACES = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")
_LOOK_EVERY = 0.1
_KNOCK_SECONDS = 2.0
_FAREWELL_SECONDS = 3.0
_Answer = TypeVar("_Answer")


class WorldError(PairCatError):
    """The processes of a world cannot come together."""


class LostError(PairCatError):
    """Another process of the world has gone, or cannot be reached any more."""


class Rendezvous:
    """The meeting place, from the first word to the last. Close it when the world has ended."""

    def __init__(self, rank: Rank) -> None:
        """
        Raises:
            WorldError: the address is not there, or not reached within JOIN_SECONDS.
        """
        try:
            import torch.distributed as dist
        except ImportError:
            dist = None  # type: ignore[assignment]
        if dist is None or not dist.is_available() or not dist.is_gloo_available():
            raise WorldError("This PyTorch was built without torch.distributed; train with one process and device.")
        self.join_seconds = _seconds("PAIRCAT_JOIN_SECONDS", JOIN_SECONDS)
        self.lost_seconds = _seconds("PAIRCAT_LOST_SECONDS", LOST_SECONDS)
        self._lent = _use_interface(rank)
        try:
            board = self._open(rank)
        except BaseException:
            self._give_back()
            raise
        self.rank = replace(rank, port=board.port)
        self.store = dist.PrefixStore(f"paircat/{rank.attempt}", board)

    def meet(self, facts: Mapping[str, Any], watch: Callable[[], None] = lambda: None) -> None:
        """Wait until all processes are here, and compare what they are about to do.

        Args:
            facts: what has to be the same everywhere, by its name.
            watch: called while waiting; may raise.

        Raises:
            WorldError: somebody did not come, came twice, or has another task; the same sentence everywhere.
        """
        number = self.rank.number
        mine = json.dumps({"host": socket.gethostname(), **facts}, default=str)
        if self._ask(lambda: self.store.add(f"seat/{number}", 1)) > 1:
            raise WorldError(f"Two processes say that they are rank {number}; give each its own {OURS[2]}.")
        self._ask(lambda: self.store.set(f"hello/{number}", mine))
        if self.rank.first:
            self.store.set("verdict", self._verdict(watch))
        else:
            self._wait(["verdict"], watch)
        verdict = self._ask(lambda: self.store.get("verdict")).decode()
        if verdict:
            raise WorldError(verdict)

    def leave_word(self, sentence: str) -> None:
        """Tell the others why this process ends before the end."""
        with contextlib.suppress(Exception):
            self._within(_FAREWELL_SECONDS, lambda: self.store.set(f"farewell/{self.rank.number}", sentence))

    def words_left(self) -> str:
        """What those that have gone left to be told, as a sentence; empty where they went without a word."""

        def look() -> str:
            self.store.add("heard", 1)
            for number in range(self.rank.size):
                if number != self.rank.number and self.store.check([f"farewell/{number}"]):
                    host = json.loads(self.store.get(f"hello/{number}").decode())["host"]
                    return f"Rank {number} on {host}: {self.store.get(f'farewell/{number}').decode()}"
            return ""

        try:
            return self._within(_FAREWELL_SECONDS, look)
        except Exception:  # the board is where the connection has gone
            return ""

    def linger(self) -> None:
        """Give the others the time to read the word that this process left, if the board is here."""
        until = time.monotonic() + _FAREWELL_SECONDS
        while self.rank.first and time.monotonic() < until and self.store.add("heard", 0) < self.rank.size - 1:
            time.sleep(_LOOK_EVERY)

    def close(self) -> None:
        self.store = None  # type: ignore[assignment]  # the last reference ends the listening
        self._give_back()

    def _give_back(self) -> None:
        for name in self._lent:
            os.environ.pop(name, None)

    # -- the board -------------------------------------------------------------------------------------------------

    def _open(self, rank: Rank) -> Any:
        from torch.distributed import TCPStore

        common: dict[str, Any] = {"world_size": rank.size, "wait_for_workers": False, "multi_tenant": True}
        common["use_libuv"] = sys.platform != "win32"
        if rank.first and not rank.served:
            try:
                port, listening = _listening(rank)
                common |= {"timeout": timedelta(seconds=30), "master_listen_fd": listening}
                return TCPStore(rank.address, port, is_master=True, **common)
            except (OSError, RuntimeError) as error:
                raise WorldError(
                    f"Rank 0 cannot listen at {rank.address} port {rank.port} ({_reason(error)}); choose another port "
                    f"with {OURS[1]}."
                ) from error
        return self._knock(rank, common)

    def _knock(self, rank: Rank, common: dict[str, Any]) -> Any:
        """Try to reach rank 0 until it is there: machines of a farm do not start at once."""
        from torch.distributed import TCPStore

        until = time.monotonic() + self.join_seconds
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection((rank.address, rank.port), _KNOCK_SECONDS).close()
                try:
                    seconds = timedelta(seconds=self.lost_seconds)
                    return TCPStore(rank.address, rank.port, is_master=False, timeout=seconds, **common)
                except RuntimeError as error:
                    raise WorldError(
                        f"What listens at {rank.address} port {rank.port} is no rank 0 ({_reason(error)}); check "
                        f"{OURS[0]} and {OURS[1]}."
                    ) from error
            if time.monotonic() >= until:
                raise WorldError(
                    f"Rank 0 was not reached at {rank.address} port {rank.port} within {self.join_seconds:.0f} "
                    f"seconds; check {OURS[0]} and {OURS[1]}, whether rank 0 runs, and the firewalls between."
                )
            time.sleep(_LOOK_EVERY)

    def _verdict(self, watch: Callable[[], None]) -> str:
        """Why the processes cannot learn together, or nothing."""
        names = [f"hello/{number}" for number in range(self.rank.size)]
        try:
            self._wait(names, watch)
        except WorldError as error:
            return str(error)
        hellos = [json.loads(self.store.get(name).decode()) for name in names]
        for number, hello in enumerate(hellos):
            for name, value in hellos[0].items():
                if name != "host" and hello.get(name) != value:
                    return (
                        f"Rank {number} on {hello['host']} was started for something else than rank 0 on "
                        f"{hellos[0]['host']}: {name.replace('_', ' ')} is {hello.get(name)} there and {value} here; "
                        f"give all of them the same job."
                    )
        return ""

    def _wait(self, names: list[str], watch: Callable[[], None]) -> None:
        until = time.monotonic() + self.join_seconds + (0 if self.rank.first else 10)  # rank 0 has the say
        while not self._ask(lambda: self.store.check(names)):
            watch()
            if time.monotonic() >= until:
                absent = [name.partition("/")[2] for name in names if not self.store.check([name])]
                raise WorldError(
                    f"Rank {', '.join(absent) or '0'} did not come within {self.join_seconds:.0f} seconds; start "
                    f"{self.rank.size} processes, ranks 0 to {self.rank.size - 1}, or set {OURS[3]} lower."
                )
            time.sleep(_LOOK_EVERY)

    def _ask(self, question: Callable[[], _Answer]) -> _Answer:
        try:
            return self._within(self.lost_seconds, question)
        except (RuntimeError, TimeoutError) as error:
            raise WorldError(f"Rank 0 has gone before the training began ({_reason(error)}); look there.") from error

    def _within(self, seconds: float, question: Callable[[], _Answer]) -> _Answer:
        """The board's answer. Its client waits for ever behind a cut cable, hence in a thread that may be left."""
        if self.rank.first and not self.rank.served:
            return question()  # it lies in this process
        found: list[_Answer] = []
        failed: list[Exception] = []

        def ask() -> None:
            try:
                found.append(question())
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=ask, name="rendezvous", daemon=True)
        thread.start()
        thread.join(seconds)
        if failed:
            raise failed[0]
        if not found:
            raise TimeoutError(f"no answer for {seconds:.0f} seconds")
        return found[0]


def _listening(rank: Rank) -> tuple[int, int | None]:
    """The port to listen at, and a socket that does, as a number: a world within one machine is not for the network.

    Any other address may be what others know this machine by and not its own word for itself; then all are listened at,
    which is TCPStore's way.

    Raises:
        OSError: something else listens there.
    """
    if sys.platform == "win32" or rank.address not in ("127.0.0.1", "::1"):
        return rank.port, None
    family = socket.AF_INET6 if ":" in rank.address else socket.AF_INET
    listening = socket.create_server((rank.address, rank.port), family=family, backlog=rank.size)
    return listening.getsockname()[1], listening.detach()


def _seconds(variable: str, default: float) -> float:
    text = os.environ.get(variable, "")
    try:
        seconds = float(text) if text else default
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds < 1e6:
        raise PairCatError(f"The environment variable {variable} is '{text}'; it must be seconds, 1 or more.")
    return seconds


def _use_interface(rank: Rank) -> list[str]:
    """Make the network interface that leads to the others the one that they are told of; returns what it set.

    Left to itself gloo takes the address of the host's name, which is often 127.0.1.1.
    """
    mine = rank.local_address or _own_address(rank)
    here = _addresses()
    if rank.first and not rank.served and mine not in here:
        raise WorldError(
            f"Rank 0 runs here, but {rank.address} is no address of this machine, which has "
            f"{', '.join(address for address in here if address not in ('127.0.0.1', '::1'))}; set {OURS[0]} to one of "
            f"them everywhere."
        )
    if rank.local_address and _plain(mine) not in here:
        raise WorldError(
            f"{LOCAL_ADDRESS} is {rank.local_address}, which is no address of this machine; it has {', '.join(here)}."
        )
    interface = here.get(_plain(mine))
    if interface is None or sys.platform == "win32":  # where gloo goes by addresses
        return []
    loopback = interface.startswith("lo")
    lent = [name for name in _INTERFACES[: 1 if loopback else 2] if name not in os.environ]
    os.environ.update(dict.fromkeys(lent, interface))
    return lent


def _own_address(rank: Rank) -> str:
    """The address of this machine on the way to rank 0; of rank 0 the one that it is known by."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(rank.address, rank.port or 1, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError) as error:
        raise WorldError(f"'{rank.address}' is no address that is known here ({error}); check {OURS[0]}.") from error
    if rank.first:
        return _plain(str(place[0]))
    try:
        with socket.socket(family, kind) as probe:
            probe.connect(place)  # sends nothing, only asks for the way
            return _plain(str(probe.getsockname()[0]))
    except OSError as error:
        raise WorldError(
            f"There is no way from here to rank 0 at {rank.address} ({error.strerror or error}); check {OURS[0]} and "
            f"the network."
        ) from error


def _addresses() -> dict[str, str]:
    """This machine's addresses, each with the name of its interface."""
    found = {}
    for interface, entries in psutil.net_if_addrs().items():
        for entry in entries:
            with contextlib.suppress(ValueError):
                found[_plain(entry.address)] = interface
    return {address: interface for address, interface in found.items() if _is_address(address)}


def _plain(address: str) -> str:
    """Without scope and in the shortest spelling."""
    bare = address.partition("%")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return bare


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _reason(error: BaseException) -> str:
    """The first line of what torch says, which goes on for pages."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
