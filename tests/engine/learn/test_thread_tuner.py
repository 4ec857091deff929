"""How many threads a step takes, on machines whose steps are computed instead of timed."""

from collections.abc import Callable

import pytest
import torch

from paircat.engine.learn.thread_tuner import ThreadTuner, idle_processors


class Machine:
    """So many processors, some taken by others; a step waits for the slowest of its threads, as OpenMP's do."""

    def __init__(self, processors: int, useful: int = 1 << 10) -> None:
        self.processors, self.useful, self.others, self.now, self.steps = processors, useful, 0.0, 0.0, 0
        self.tuner = ThreadTuner(processors, False, lambda: self.now, self.idle)

    def idle(self) -> float:
        return self.processors - self.others - self.tuner.count if hasattr(self, "tuner") else self.processors

    def step_with(self, count: int) -> float:
        crowded = count + self.others > self.processors
        return 0.1 / min(count, self.useful) + 0.002 * count + (1.0 if crowded and count > 1 else 0.0)

    def train(self, seconds: float, kind: object = None) -> float:
        """Steps for so long; returns how long one takes on average."""
        begun, steps = self.now, 0
        while self.now < begun + seconds:
            took = self.step_with(self.tuner.count)
            self.now += took
            self.tuner.took(took, kind)
            steps += 1
        return (self.now - begun) / steps


def test_all_threads_are_taken_while_nothing_else_runs_and_trying_costs_next_to_nothing():
    machine = Machine(2)
    assert machine.train(120) == pytest.approx(machine.step_with(2), rel=0.02)
    assert machine.tuner.count == 2


def test_a_processor_is_left_to_another_program_and_taken_back_when_that_has_ended():
    machine = Machine(2)
    machine.train(60)
    machine.others = 1
    machine.train(15)
    assert machine.tuner.count == 1
    assert machine.train(60) == pytest.approx(machine.step_with(1), rel=0.02)
    machine.others = 0
    machine.train(15)
    assert machine.tuner.count == 2


def test_a_processor_that_was_half_busy_for_minutes_is_taken_at_once_when_it_is_free():
    """As by the decoding of a large data set: what was tried in vain for long must not be waited for as long."""
    machine = Machine(2)
    machine.others = 0.4
    machine.train(400)
    assert machine.tuner.count == 1
    assert machine.train(60) == pytest.approx(machine.step_with(1), rel=0.05)
    machine.others = 0
    machine.train(9)
    assert machine.tuner.count == 2


def test_another_program_that_begins_while_a_number_is_tried_is_noticed():
    machine = Machine(2)
    while machine.now < 20 or machine.tuner.count == 2:
        machine.train(0.001)
    machine.others = 1
    machine.train(15)
    assert machine.tuner.count == 1


def test_a_run_that_begins_beside_another_program_finds_its_number_after_a_few_steps():
    machine = Machine(2)
    machine.others = 1
    machine.train(4.5)
    assert machine.tuner.count == 1


def test_a_machine_with_many_processors_keeps_as_many_as_make_steps_quicker():
    machine = Machine(32, useful=6)
    machine.train(60)
    assert machine.tuner.count == 8
    assert machine.train(300) == pytest.approx(machine.step_with(8), rel=0.02)


def test_steps_of_another_kind_are_not_compared_with_those_before():
    machine = Machine(2)
    machine.train(30, "quarter")
    slower: Callable[[int], float] = machine.step_with
    machine.step_with = lambda count: 16 * slower(count)  # type: ignore[method-assign]
    machine.train(30, "full")
    assert machine.tuner.count == 2


def test_a_number_under_trial_is_let_go_when_the_steps_change():
    tuner = ThreadTuner(2, False, lambda: 100.0, lambda: 0.0)
    for _ in range(3):
        tuner.took(1.0, "quarter")
    assert tuner.count == 1
    tuner.took(1.0, "full")
    assert tuner.count == 2


def test_with_one_thread_there_is_nothing_to_choose():
    tuner = ThreadTuner(1, idle=lambda: pytest.fail("asked"))
    for _ in range(20):
        tuner.took(1.0)
    assert tuner.count == 1


def test_a_number_that_was_asked_for_is_kept():
    tuner = ThreadTuner(2, fixed=True, idle=lambda: pytest.fail("asked"))
    for seconds in (0.1, 0.1, 0.1, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0):
        tuner.took(seconds)
    assert tuner.count == 2


def test_a_step_is_done_with_the_threads_that_are_chosen():
    tuner = ThreadTuner(2, False, lambda: 100.0, lambda: 0.0)
    before, seen = torch.get_num_threads(), []
    try:
        for _ in range(4):
            with tuner.step():
                seen.append(torch.get_num_threads())
    finally:
        torch.set_num_threads(before)
    assert seen == [2, 2, 2, 1]


def test_idle_processors_are_no_more_than_there_are():
    idle_processors()
    assert 0 <= idle_processors() <= torch.multiprocessing.cpu_count()
