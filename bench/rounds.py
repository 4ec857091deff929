"""Round: pieces that are compared with each other, measured one right after the other, since machines drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paircat.bench import growth
from paircat.bench.contestants import PEERS, PRODUCT, RULER, SIZES
from paircat.bench.piece import Piece
from paircat.bench.tasks import LEARNT, TWINS

BUDGETS = (20.0, 60.0, 120.0, 300.0)
STEPS = (100, 200, 400, 800)
"""Of a fix all over the frame; the small one has as many times _ALLOWANCE. The last is where checkpoints end."""
CONTESTANTS = (*SIZES, RULER, "small-fp32")
FRAMES = ((1920, 1080), (3840, 2160))
REPEATS = 3
KINDS = ("learn", "fix", "checkpoints", "cost", "infer", "startup")
"""What a run can be limited to."""

_ALLOWANCE = 1.2
QUICK_STEPS = (200,)
_QUICK_CONTESTANTS = ("small", "medium", RULER, "small-fp32")
_QUICK_SECONDS, _QUICK_THIRD, _QUICK_LONG = 60.0, 20.0, 120.0
_MAIN = ("grade", "deblur", "restore", "tennis")
_SAVED = ("deblur", "restore")
_SAVED_ALL = (*_SAVED, "grade", "grade_exr", "fix")
_START_UP = (Piece("matmul"), Piece("command"), Piece("window"))
_TUNET_SECONDS = (("grade", 12.0, 240.0), ("deblur", 12.0, 240.0), ("tennis", 5.0, 90.0))
# Seconds beside training: start, judging, counting; first guesses, which a run corrects by its own pace.
_BESIDE = {"learn": 8.0, "infer": 12.0, "fix": 30.0, "checkpoints": 15.0, "cost": 20.0, "nothing": 5.0}
_LARGE_FRAMES, _LARGER = ("grade", "matte", "grade_exr", "grade_hdr"), 12.0
_A_STEP = 0.12


@dataclass(frozen=True)
class Round:
    """Pieces in the order they run."""

    pieces: tuple[Piece, ...]

    @property
    def guess(self) -> float:
        """Seconds it will about take."""
        return sum(_guess(piece) for piece in self.pieces)

    def only(self, kinds: Sequence[str]) -> Round:
        """Without the pieces of other kinds; those that others are held against stay beside them."""
        rulers = {"learn": ("matmul", "nothing"), "checkpoints": ("nothing",)}
        kinds = [*kinds, *(("command", "window") if "startup" in kinds else ())]
        here = {piece.kind for piece in self.pieces if piece.kind in kinds}
        wanted = {*here, *(name for kind in here for name in rulers.get(kind, ()))}
        return Round(tuple(piece for piece in self.pieces if piece.kind in wanted))


def _guess(piece: Piece) -> float:
    beside = _BESIDE.get(piece.kind, 8.0) + (_LARGER if piece.task in _LARGE_FRAMES else 0)
    return beside + _A_STEP * piece.steps + (piece.seconds if piece.kind == "learn" else 0)


def quick(
    tasks: Sequence[str], with_tunet: bool, seconds: Sequence[float] = (), steps: Sequence[int] = QUICK_STEPS
) -> list[Round]:
    """A single pass, the most telling rounds first: whoever runs it may run out of time.

    Args:
        seconds: time budgets for all contestants, in place of those that the goals speak of.
    """
    main = [name for name in _MAIN if name in tasks]
    plan = [Round(_START_UP)]
    if seconds:
        plan += [learning(name, budget, CONTESTANTS) for budget in seconds for name in LEARNT if name in tasks]
    else:
        plan += [learning(name, _QUICK_SECONDS, _QUICK_CONTESTANTS) for name in main]
        own = tuple(name for name in _QUICK_CONTESTANTS if name != RULER)
        plan += [Round(tuple(Piece("learn", name, one, _QUICK_THIRD) for one in own)) for name in main]
        longer = ("small", *(PEERS if with_tunet else ()))
        for name in ("restore", "tennis"):
            if name in main:
                one_task = longer if name == "restore" else ("small",)
                plan.append(Round(tuple(Piece("learn", name, one, _QUICK_LONG) for one in one_task)))
    plan += [*inference(with_tunet, ("small", "medium", RULER)), Round((growth.MEMORY,))]
    plan += [saved(name, "small", steps[-1]) for name in _SAVED if name in tasks]
    plan += fixes(tasks, "small", steps)
    if not seconds:
        if with_tunet:
            plan += [Round(tuple(Piece("learn", name, one, _QUICK_SECONDS) for one in PEERS)) for name in main]
        plan += [learning("grade_hdr", _QUICK_SECONDS, ("small",))] if "grade_hdr" in tasks else []
        plan += [Round((Piece("learn", name, "large", _QUICK_SECONDS),)) for name in main]
        rest = [name for name in LEARNT if name in tasks and name not in (*_MAIN, "grade_hdr")]
        plan += [learning(name, _QUICK_SECONDS, ("medium", RULER)) for name in rest]
    return plan


def full(
    tasks: Sequence[str],
    with_tunet: bool,
    budgets: Sequence[float] = BUDGETS,
    contestants: Sequence[str] = CONTESTANTS,
    repeats: int = REPEATS,
    steps: Sequence[int] = STEPS,
) -> list[Round]:
    """Everything, task by task, each measured several times; cost and checkpoints once."""
    everybody = tuple(dict.fromkeys((*contestants, *(PEERS if with_tunet else ()))))
    own = [name for name in contestants if name in SIZES]
    plan = [Round(_START_UP), *inference(with_tunet, (*SIZES, RULER))]
    for task in (name for name in LEARNT if name in tasks):
        for repeat in range(repeats):
            plan += [learning(task, budget, everybody, repeat) for budget in budgets]
            if with_tunet:
                plan += [
                    _against_tunet(task, contestants, *each[1:], repeat) for each in _TUNET_SECONDS if each[0] == task
                ]
        plan += [saved(task, name, steps[-1]) for name in own[:2] if task in _SAVED_ALL]
    for repeat in range(repeats):
        plan += fixes(tasks, "small", steps, repeat)
    if "fix" in tasks:
        plan.append(saved("fix", "small", steps[-1]))
    return plan + [Round(tuple(growth.pieces(name))) for name in ("small", "medium")]


def learning(task: str, seconds: float, contestants: Sequence[str], repeat: int = 0) -> Round:
    """All contestants on one task and budget, with what the machine can do then and what doing nothing scores."""
    learners = (Piece("learn", task, name, seconds, repeat=repeat) for name in contestants)
    yardsticks = (Piece("matmul", task, seconds=seconds, repeat=repeat), Piece("nothing", task))
    return Round((*yardsticks, *learners))


def _against_tunet(task: str, contestants: Sequence[str], ours: float, theirs: float, repeat: int) -> Round:
    """PairCat's few seconds against TuNet's many."""
    learners = [Piece("learn", task, name, ours, repeat=repeat) for name in contestants if name in PRODUCT]
    return Round((*learners, *(Piece("learn", task, name, theirs, repeat=repeat) for name in PEERS)))


def saved(task: str, name: str, steps: int) -> Round:
    """Every checkpoint up to a step."""
    return Round((Piece("nothing", task), Piece("checkpoints", task, name, steps=steps)))


def fixes(tasks: Sequence[str], name: str, steps: Sequence[int], repeat: int = 0) -> list[Round]:
    """The twins, a number of steps each; the small fix has as many more as the goal allows it."""
    return [
        Round(
            (
                Piece("fix", small, name, steps=round(_ALLOWANCE * count), repeat=repeat),
                Piece("fix", whole, name, steps=count, repeat=repeat),
            )
        )
        for small, whole in TWINS
        if small in tasks and whole in tasks
        for count in steps
    ]


def inference(with_tunet: bool, contestants: Sequence[str]) -> list[Round]:
    """One round for each frame size; TuNet's takes a minute at 4K, so it does the smaller one only."""
    rounds = []
    for place, (width, height) in enumerate(FRAMES):
        names = (*contestants, *(("tunet",) if with_tunet and place == 0 else ()))
        rounds.append(Round(tuple(Piece("infer", contestant=name, width=width, height=height) for name in names)))
    return rounds
