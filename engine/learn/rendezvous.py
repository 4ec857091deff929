"""Rendezvous: where the processes of a training find each other, and check that they were given the same task.

Rank 0 listens; each of them writes what it knows into torch.distributed's TCPStore.
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

from paircat.engine.distributed_config import LOCAL_ADDR, MAIN_ADDR, MAIN_PORT, RANK, WORLD_SIZE, DistributedConfig
from paircat.engine.errors import PairCatError

JOIN_SECONDS = 300.0
"""How long the processes wait for each other at the start; `PAIRCAT_JOIN_SECONDS` is another time."""
LOST_SECONDS = 120.0
"""How long another process may be silent before it counts as lost; `PAIRCAT_LOST_SECONDS` is another time."""
_INTERFACES = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")
_POLL_SECONDS = 0.1
_CONNECT_SECONDS = 2.0
_FAREWELL_SECONDS = 3.0
_Answer = TypeVar("_Answer")


class RendezvousError(PairCatError):
    """The processes of a training cannot come together."""


class PeerLostError(PairCatError):
    """Another process of the training has gone, or cannot be reached any more."""


class Rendezvous:
    """The connection to the store, which is open as long as the processes train. Close it afterwards."""

    def __init__(self, config: DistributedConfig) -> None:
        """
        Raises:
            RendezvousError: the address is not there, or not reached within JOIN_SECONDS.
        """
        try:
            import torch.distributed as dist
        except ImportError:
            dist = None  # type: ignore[assignment]
        if dist is None or not dist.is_available() or not dist.is_gloo_available():
            raise RendezvousError(
                "This PyTorch was built without torch.distributed; train with one process and device."
            )
        self.join_seconds = _seconds("PAIRCAT_JOIN_SECONDS", JOIN_SECONDS)
        self.lost_seconds = _seconds("PAIRCAT_LOST_SECONDS", LOST_SECONDS)
        self._variables = _use_interface(config)
        try:
            store = self._open(config)
        except BaseException:
            self._unset_variables()
            raise
        self.config = replace(config, port=store.port)
        self.store = dist.PrefixStore(f"paircat/{config.restart_count}", store)

    def join(self, facts: Mapping[str, Any], watch: Callable[[], None] = lambda: None) -> None:
        """Wait until all processes are here, and compare what they are about to do.

        Args:
            facts: what has to be the same everywhere, by its name.
            watch: called while waiting; may raise.

        Raises:
            RendezvousError: a rank is absent, present twice, or has another task; the same sentence everywhere.
        """
        rank = self.config.rank
        mine = json.dumps({"host": socket.gethostname(), **facts}, default=str)
        if self._ask(lambda: self.store.add(f"seat/{rank}", 1)) > 1:
            raise RendezvousError(f"Two processes say that they are rank {rank}; give each its own {RANK}.")
        self._ask(lambda: self.store.set(f"hello/{rank}", mine))
        if self.config.is_rank_zero:
            self.store.set("verdict", self._mismatch(watch))
        else:
            self._wait(["verdict"], watch)
        mismatch = self._ask(lambda: self.store.get("verdict")).decode()
        if mismatch:
            raise RendezvousError(mismatch)

    def leave_reason(self, reason: str) -> None:
        """Tell the others why this process ends early."""
        with contextlib.suppress(Exception):
            self._within(_FAREWELL_SECONDS, lambda: self.store.set(f"farewell/{self.config.rank}", reason))

    def failure_reason(self) -> str:
        """Why another process has ended early, as a sentence; empty where it left no reason."""

        def read() -> str:
            self.store.add("heard", 1)
            for rank in range(self.config.world_size):
                if rank != self.config.rank and self.store.check([f"farewell/{rank}"]):
                    host = json.loads(self.store.get(f"hello/{rank}").decode())["host"]
                    return f"Rank {rank} on {host}: {self.store.get(f'farewell/{rank}').decode()}"
            return ""

        try:
            return self._within(_FAREWELL_SECONDS, read)
        except Exception:  # the store is on the other side of the broken connection
            return ""

    def wait_for_readers(self) -> None:
        """Give the others the time to read the reason that this process left, if it hosts the store."""
        until = time.monotonic() + _FAREWELL_SECONDS
        others = self.config.world_size - 1
        while self.config.is_rank_zero and time.monotonic() < until and self.store.add("heard", 0) < others:
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        self.store = None  # type: ignore[assignment]  # the last reference ends the listening
        self._unset_variables()

    def _unset_variables(self) -> None:
        for name in self._variables:
            os.environ.pop(name, None)

    # -- the store -------------------------------------------------------------------------------------------------

    def _open(self, config: DistributedConfig) -> Any:
        from torch.distributed import TCPStore

        common: dict[str, Any] = {"world_size": config.world_size, "wait_for_workers": False, "multi_tenant": True}
        common["use_libuv"] = sys.platform != "win32"
        if config.is_rank_zero and not config.uses_agent_store:
            try:
                port, listening = _listening(config)
                common |= {"timeout": timedelta(seconds=30), "master_listen_fd": listening}
                return TCPStore(config.address, port, is_master=True, **common)
            except (OSError, RuntimeError) as error:
                raise RendezvousError(
                    f"Rank 0 cannot listen at {config.address} port {config.port} ({_reason(error)}); choose "
                    f"another port with {MAIN_PORT}."
                ) from error
        return self._connect(config, common)

    def _connect(self, config: DistributedConfig, common: dict[str, Any]) -> Any:
        """Try to reach rank 0 until it is there: machines of a farm do not start at once."""
        from torch.distributed import TCPStore

        until = time.monotonic() + self.join_seconds
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection((config.address, config.port), _CONNECT_SECONDS).close()
                try:
                    seconds = timedelta(seconds=self.lost_seconds)
                    return TCPStore(config.address, config.port, is_master=False, timeout=seconds, **common)
                except RuntimeError as error:
                    raise RendezvousError(
                        f"What listens at {config.address} port {config.port} is no rank 0 ({_reason(error)}); check "
                        f"{MAIN_ADDR} and {MAIN_PORT}."
                    ) from error
            if time.monotonic() >= until:
                raise RendezvousError(
                    f"Rank 0 was not reached at {config.address} port {config.port} within {self.join_seconds:.0f} "
                    f"seconds; check {MAIN_ADDR} and {MAIN_PORT}, whether rank 0 runs, and the firewalls between."
                )
            time.sleep(_POLL_SECONDS)

    def _mismatch(self, watch: Callable[[], None]) -> str:
        """Why the processes cannot train together, or nothing."""
        names = [f"hello/{rank}" for rank in range(self.config.world_size)]
        try:
            self._wait(names, watch)
        except RendezvousError as error:
            return str(error)
        hellos = [json.loads(self.store.get(name).decode()) for name in names]
        for rank, hello in enumerate(hellos):
            for name, value in hellos[0].items():
                if name != "host" and hello.get(name) != value:
                    return (
                        f"Rank {rank} on {hello['host']} was started for something else than rank 0 on "
                        f"{hellos[0]['host']}: {name.replace('_', ' ')} is {hello.get(name)} there and {value} here; "
                        f"give all of them the same job."
                    )
        return ""

    def _wait(self, names: list[str], watch: Callable[[], None]) -> None:
        until = time.monotonic() + self.join_seconds + (0 if self.config.is_rank_zero else 10)  # rank 0 has the say
        while not self._ask(lambda: self.store.check(names)):
            watch()
            if time.monotonic() >= until:
                absent = [name.partition("/")[2] for name in names if not self.store.check([name])]
                raise RendezvousError(
                    f"Rank {', '.join(absent) or '0'} did not come within {self.join_seconds:.0f} seconds; start "
                    f"{self.config.world_size} processes, ranks 0 to {self.config.world_size - 1}, or set {WORLD_SIZE} "
                    f"lower."
                )
            time.sleep(_POLL_SECONDS)

    def _ask(self, question: Callable[[], _Answer]) -> _Answer:
        try:
            return self._within(self.lost_seconds, question)
        except (RuntimeError, TimeoutError) as error:
            reason = _reason(error)
            raise RendezvousError(f"Rank 0 has gone before the training began ({reason}); look there.") from error

    def _within(self, seconds: float, question: Callable[[], _Answer]) -> _Answer:
        """The store's answer. Its client waits for ever behind a cut cable, hence in a thread that may be abandoned."""
        if self.config.is_rank_zero and not self.config.uses_agent_store:
            return question()  # the store is in this process
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


def _listening(config: DistributedConfig) -> tuple[int, int | None]:
    """The port to listen at, and a socket that does, as a number: local processes are not for the network.

    Any other address may be what others know this machine by and not its own word for itself; then all are listened at,
    which is TCPStore's way.

    Raises:
        OSError: something else listens there.
    """
    if sys.platform == "win32" or config.address not in ("127.0.0.1", "::1"):
        return config.port, None
    family = socket.AF_INET6 if ":" in config.address else socket.AF_INET
    listening = socket.create_server((config.address, config.port), family=family, backlog=config.world_size)
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


def _use_interface(config: DistributedConfig) -> list[str]:
    """Make gloo and NCCL use the network interface that leads to the others; returns the variables that it set.

    Left to itself gloo takes the address of the host's name, which is often 127.0.1.1.
    """
    mine = config.local_address or _own_address(config)
    here = _addresses()
    if config.is_rank_zero and not config.uses_agent_store and mine not in here:
        raise RendezvousError(
            f"Rank 0 runs here, but {config.address} is no address of this machine, which has "
            f"{', '.join(address for address in here if address not in ('127.0.0.1', '::1'))}; set {MAIN_ADDR} to one "
            f"of them everywhere."
        )
    if config.local_address and _plain(mine) not in here:
        raise RendezvousError(
            f"{LOCAL_ADDR} is {config.local_address}, which is no address of this machine; it has {', '.join(here)}."
        )
    interface = here.get(_plain(mine))
    if interface is None or sys.platform == "win32":  # where gloo goes by addresses
        return []
    loopback = interface.startswith("lo")
    variables = [name for name in _INTERFACES[: 1 if loopback else 2] if name not in os.environ]
    os.environ.update(dict.fromkeys(variables, interface))
    return variables


def _own_address(config: DistributedConfig) -> str:
    """The address of this machine on the way to rank 0; of rank 0 the one that it is known by."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(config.address, config.port or 1, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError) as error:
        raise RendezvousError(
            f"'{config.address}' is no address that is known here ({error}); check {MAIN_ADDR}."
        ) from error
    if config.is_rank_zero:
        return _plain(str(place[0]))
    try:
        with socket.socket(family, kind) as probe:
            probe.connect(place)  # sends nothing, only asks for the way
            return _plain(str(probe.getsockname()[0]))
    except OSError as error:
        raise RendezvousError(
            f"There is no way from here to rank 0 at {config.address} ({error.strerror or error}); check {MAIN_ADDR} "
            f"and the network."
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
