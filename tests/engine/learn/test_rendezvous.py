"""Rendezvous: processes that find each other, and sentences for those that do not. Each process is a thread here."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.errors import PairCatError
from paircat.engine.learn.rendezvous import Rendezvous, RendezvousError

TASK = {"frames": "1-4", "batch_size": 4}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRCAT_JOIN_SECONDS", "5")


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def join_error(config: DistributedConfig, task: dict[str, Any], barrier: threading.Barrier | None = None) -> str:
    """The error of a process that joins: empty when all have joined."""
    try:
        rendezvous = Rendezvous(config)
        try:
            rendezvous.join(task)
        finally:
            if barrier is not None:
                barrier.wait(20)  # rank 0 stays until the others have read the result
            rendezvous.close()
    except PairCatError as error:
        return str(error)
    return ""


def join_errors(*processes: tuple[DistributedConfig, dict[str, Any]]) -> list[str]:
    """The errors of several processes that join at once."""
    barrier = threading.Barrier(len(processes))
    with ThreadPoolExecutor(len(processes)) as pool:
        calls: list[Future[str]] = [pool.submit(join_error, config, task, barrier) for config, task in processes]
        return [call.result(60) for call in calls]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_processes_with_one_task_meet(address: str, port: int) -> None:
    """By IPv4 and by IPv6, in whatever order they come."""
    if address == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    assert join_errors(
        (DistributedConfig(1, 2, address, port), TASK), (DistributedConfig(0, 2, address, port), TASK)
    ) == ["", ""]


def test_processes_of_one_machine_do_not_listen_on_the_network() -> None:
    """It listens at the address that it was given and at no other one of the machine."""
    rendezvous = Rendezvous(DistributedConfig(0, 2))
    try:
        socket.create_connection(("127.0.0.1", rendezvous.config.port), 2).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", rendezvous.config.port), 2)
    finally:
        rendezvous.close()


def test_another_job_is_reported_to_all_in_the_same_sentence(port: int) -> None:
    """Who has it, what differs, and both values."""
    errors = join_errors(
        (DistributedConfig(0, 2, port=port), TASK), (DistributedConfig(1, 2, port=port), {**TASK, "batch_size": 8})
    )
    assert errors[0] == errors[1]
    assert "Rank 1" in errors[0] and "batch size is 8 there and 4 here" in errors[0]


def test_two_processes_of_one_rank_are_reported(port: int) -> None:
    """Whoever comes second."""
    errors = join_errors(
        (DistributedConfig(0, 2, port=port), TASK),
        (DistributedConfig(1, 2, port=port), TASK),
        (DistributedConfig(1, 2, port=port), TASK),
    )
    assert errors[0] == ""
    assert sum("Two processes say that they are rank 1" in error for error in errors) == 1


def test_whoever_does_not_come_is_named(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others do not wait for ever."""
    monkeypatch.setenv("PAIRCAT_JOIN_SECONDS", "1")
    assert "Rank 1 did not come within 1 seconds" in join_error(DistributedConfig(0, 2, port=port), TASK)


def test_a_rank_0_that_is_not_there_is_reported_with_its_address(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to look at."""
    monkeypatch.setenv("PAIRCAT_JOIN_SECONDS", "1")
    assert f"Rank 0 was not reached at 127.0.0.1 port {port}" in join_error(DistributedConfig(1, 2, port=port), TASK)


@pytest.mark.parametrize(
    "config, sentence",
    [
        (DistributedConfig(0, 2, "203.0.113.7", 30000), "203.0.113.7 is no address of this machine"),
        (
            DistributedConfig(1, 2, "no-such-host.invalid", 30000),
            "'no-such-host.invalid' is no address that is known here",
        ),
        (DistributedConfig(1, 2, "127.0.0.1", 30000, local_address="203.0.113.7"), "COPYCAT_LOCAL_ADDR is 203.0.113.7"),
    ],
)
def test_an_impossible_address_is_reported_at_once(config: DistributedConfig, sentence: str) -> None:
    """Of rank 0 or of one's own."""
    with pytest.raises(RendezvousError, match=sentence):
        Rendezvous(config)


def test_a_port_in_use_is_reported(port: int) -> None:
    """Rank 0 cannot listen there."""
    with (
        socket.create_server(("", port)),
        pytest.raises(RendezvousError, match=f"cannot listen at 127.0.0.1 port {port}"),
    ):
        Rendezvous(DistributedConfig(0, 2, port=port))


def test_why_a_process_left_is_read_by_the_others(port: int) -> None:
    """With its rank and host; nothing where none has left."""
    heard: dict[str, str] = {}
    left = threading.Event()

    def stay(rendezvous: Rendezvous) -> None:
        heard["before"] = rendezvous.failure_reason()
        left.wait(10)
        heard["after"] = rendezvous.failure_reason()

    def leave(rendezvous: Rendezvous) -> None:
        rendezvous.leave_reason("The drive has gone.")
        left.set()

    def process(config: DistributedConfig, work: Callable[[Rendezvous], None]) -> None:
        rendezvous = Rendezvous(config)
        rendezvous.join(TASK)
        work(rendezvous)
        rendezvous.close()

    with ThreadPoolExecutor(2) as pool:
        calls = [
            pool.submit(process, DistributedConfig(0, 2, port=port), stay),
            pool.submit(process, DistributedConfig(1, 2, port=port), leave),
        ]
        for call in calls:
            call.result(30)
    assert heard["before"] in ("", heard["after"])
    assert heard["after"] == f"Rank 1 on {socket.gethostname()}: The drive has gone."


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
