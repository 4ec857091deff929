"""Round: pieces that are compared with each other, measured one right after the other, since machines drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paircat.bench.learning import PEERS, PRODUCT
from paircat.bench.piece import Piece
from paircat.bench.tasks import NAMES

BUDGETS = (20.0, 60.0, 120.0, 300.0)
CONTESTANTS = (*PRODUCT, "probe")
FRAMES = ((1920, 1080), (3840, 2160))
REPEATS = 3

_LARGE_OR_ROUGH = ("matte", "grade_exr")  # in the quick pass only for the default size and the probe
_OVERHEAD = 15.0  # seconds beside training: start, judging, counting; a first guess


@dataclass(frozen=True)
class Round:
    """Pieces in the order they run."""

    pieces: tuple[Piece, ...]

    @property
    def guess(self) -> float:
        """Seconds it will about take."""
        beside = {"learn": _OVERHEAD, "infer": _OVERHEAD}
        return sum(
            (piece.seconds if piece.kind == "learn" else 0) + beside.get(piece.kind, 8.0) for piece in self.pieces
        )


def quick(tasks: Sequence[str], with_tunet: bool) -> list[Round]:
    """A single pass, the most telling rounds first: whoever runs it may run out of time.

    60 seconds of everybody on each task, only the default size and the probe on those of _LARGE_OR_ROUGH; then start-up
    and inference; then 20 seconds, for the probe's minute in a third of the time. 120 and 300 are for the full run.
    """
    everybody = (*CONTESTANTS, *(PEERS if with_tunet else ()))
    main = [name for name in ("grade", "deblur", "restore", "tennis") if name in tasks]
    rough = [name for name in _LARGE_OR_ROUGH if name in tasks]
    return [
        Round((Piece("matmul"), Piece("command"), Piece("window"))),
        *(learning(name, 60.0, everybody) for name in main),
        *inference(with_tunet),
        *(learning(name, 60.0, ("medium", "probe")) for name in rough),
        *(learning(name, 20.0, CONTESTANTS) for name in main),
    ]


def full(
    tasks: Sequence[str],
    with_tunet: bool,
    budgets: Sequence[float] = BUDGETS,
    contestants: Sequence[str] = CONTESTANTS,
    repeats: int = REPEATS,
) -> list[Round]:
    """Everything, task by task, each measured several times."""
    everybody = tuple(dict.fromkeys((*contestants, *(PEERS if with_tunet else ()))))
    rounds = [Round((Piece("matmul"), Piece("command"), Piece("window"))), *inference(with_tunet)]
    for task in (name for name in NAMES if name in tasks):
        for repeat in range(repeats):
            rounds += [learning(task, budget, everybody, repeat) for budget in budgets]
    return rounds


def learning(task: str, seconds: float, contestants: Sequence[str], repeat: int = 0) -> Round:
    """All contestants on one task and budget, with what the machine can do then and what doing nothing scores."""
    learners = (Piece("learn", task, name, seconds, repeat=repeat) for name in contestants)
    yardsticks = (Piece("matmul", task, seconds=seconds, repeat=repeat), Piece("nothing", task))
    return Round((*yardsticks, *learners))


def inference(with_tunet: bool) -> list[Round]:
    """One round for each frame size; TuNet's takes a minute at 4K, so it does the smaller one only."""
    rounds = []
    for place, (width, height) in enumerate(FRAMES):
        names = (*CONTESTANTS, *(("tunet",) if with_tunet and place == 0 else ()))
        rounds.append(Round(tuple(Piece("infer", contestant=name, width=width, height=height) for name in names)))
    return rounds
