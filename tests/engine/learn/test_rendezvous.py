"""Rendezvous: processes that find each other, and sentences for those that do not. Each process is a thread here."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from paircat.engine.distributed_config import Rank
from paircat.engine.errors import PairCatError
from paircat.engine.learn.rendezvous import Rendezvous, WorldError

TASK = {"frames": "1-4", "batch_size": 4}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRCAT_JOIN_SECONDS", "5")


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def meeting(rank: Rank, task: dict[str, Any], leave: threading.Barrier | None = None) -> str:
    """What a process is told: nothing when all have met."""
    try:
        place = Rendezvous(rank)
        try:
            place.meet(task)
        finally:
            if leave is not None:
                leave.wait(20)  # rank 0 stays until the others have heard the verdict
            place.close()
    except PairCatError as error:
        return str(error)
    return ""


def told(*processes: tuple[Rank, dict[str, Any]]) -> list[str]:
    """What each of several processes is told, which try to meet at once."""
    leave = threading.Barrier(len(processes))
    with ThreadPoolExecutor(len(processes)) as pool:
        calls: list[Future[str]] = [pool.submit(meeting, rank, task, leave) for rank, task in processes]
        return [call.result(60) for call in calls]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_processes_with_one_task_meet(address: str, port: int) -> None:
    """By IPv4 and by IPv6, in whatever order they come."""
    if address == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    assert told((Rank(1, 2, address, port), TASK), (Rank(0, 2, address, port), TASK)) == ["", ""]


def test_a_world_within_one_machine_is_not_for_the_network() -> None:
    """It listens at the address that it was given and at no other one of the machine."""
    place = Rendezvous(Rank(0, 2))
    try:
        socket.create_connection(("127.0.0.1", place.rank.port), 2).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", place.rank.port), 2)
    finally:
        place.close()


def test_another_job_is_told_to_all_in_the_same_words(port: int) -> None:
    """Who has it, what differs, and both values."""
    words = told((Rank(0, 2, port=port), TASK), (Rank(1, 2, port=port), {**TASK, "batch_size": 8}))
    assert words[0] == words[1]
    assert "Rank 1" in words[0] and "batch size is 8 there and 4 here" in words[0]


def test_two_processes_of_one_rank_are_told(port: int) -> None:
    """Whoever comes second."""
    words = told((Rank(0, 2, port=port), TASK), (Rank(1, 2, port=port), TASK), (Rank(1, 2, port=port), TASK))
    assert words[0] == ""
    assert sum("Two processes say that they are rank 1" in word for word in words) == 1


def test_whoever_does_not_come_is_named(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others do not wait for ever."""
    monkeypatch.setenv("PAIRCAT_JOIN_SECONDS", "1")
    assert "Rank 1 did not come within 1 seconds" in meeting(Rank(0, 2, port=port), TASK)


def test_a_rank_0_that_is_not_there_is_told_with_its_address(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to look at."""
    monkeypatch.setenv("PAIRCAT_JOIN_SECONDS", "1")
    assert f"Rank 0 was not reached at 127.0.0.1 port {port}" in meeting(Rank(1, 2, port=port), TASK)


@pytest.mark.parametrize(
    "rank, sentence",
    [
        (Rank(0, 2, "203.0.113.7", 30000), "203.0.113.7 is no address of this machine"),
        (Rank(1, 2, "no-such-host.invalid", 30000), "'no-such-host.invalid' is no address that is known here"),
        (Rank(1, 2, "127.0.0.1", 30000, local_address="203.0.113.7"), "COPYCAT_LOCAL_ADDR is 203.0.113.7"),
    ],
)
def test_an_address_that_cannot_be_is_told_at_once(rank: Rank, sentence: str) -> None:
    """Of rank 0 or of one's own."""
    with pytest.raises(WorldError, match=sentence):
        Rendezvous(rank)


def test_a_port_in_use_is_told(port: int) -> None:
    """Rank 0 cannot listen there."""
    with socket.create_server(("", port)), pytest.raises(WorldError, match=f"cannot listen at 127.0.0.1 port {port}"):
        Rendezvous(Rank(0, 2, port=port))


def test_why_a_process_left_is_read_by_the_others(port: int) -> None:
    """With its rank and host; nothing where none has left."""
    heard: dict[str, str] = {}
    left = threading.Event()

    def stay(place: Rendezvous) -> None:
        heard["before"] = place.words_left()
        left.wait(10)
        heard["after"] = place.words_left()

    def leave(place: Rendezvous) -> None:
        place.leave_word("The drive has gone.")
        left.set()

    def process(rank: Rank, work: Callable[[Rendezvous], None]) -> None:
        place = Rendezvous(rank)
        place.meet(TASK)
        work(place)
        place.close()

    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(process, Rank(0, 2, port=port), stay), pool.submit(process, Rank(1, 2, port=port), leave)]
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
