"""`make bench-weights`: what the sets do untrained, and how many steps they save.

A piece that is done is not done again, so a long run can be interrupted.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from paircat.engine import atomic
from paircat.engine.learn.pretrained_weights import FOLDER
from paircat.engine.settings import ModelSize
from paircat.weights.recipes.recipe import RECIPES, Recipe
from paircat.weights.recipes.scores import means, untrained_scores
from paircat.weights.recipes.shots import PEOPLE_SHOTS, RESTORED, Shot, people_shot, restored_shot
from paircat.weights.recipes.sources import Sources
from paircat.weights.recipes.steps_saved import Learning, score_of_input, untrained

FROM_SCRATCH, FROM_SET = 2000, 200
Values = dict[str, float]


@dataclass(frozen=True)
class Piece:
    """One row of a table: what it is called, and what measures it."""

    table: str
    row: str
    measure: Callable[[], Values]

    @property
    def key(self) -> str:
        return f"{self.table}: {self.row}"


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    sources = Sources(given.work, given.data)
    sizes = [ModelSize(size.capitalize()) for size in given.sizes.split(",")]
    kept = given.work / "bench.json"
    results: dict[str, Values] = json.loads(kept.read_text()) if kept.exists() and not given.anew else {}
    pieces = list(_pieces(sources, sizes, given))
    for number, piece in enumerate(pieces, 1):
        if piece.key not in results:
            print(f"{number}/{len(pieces)} {piece.key} ...", flush=True)
            results[piece.key] = piece.measure()
            given.work.mkdir(parents=True, exist_ok=True)
            atomic.write_text(kept, json.dumps(results, indent=1) + "\n")
    print("\n" + "\n".join(_tables(pieces, results, given.tennis is not None)))
    return 0


def _pieces(sources: Sources, sizes: Sequence[ModelSize], given: argparse.Namespace) -> Iterator[Piece]:
    for recipe in RECIPES.values():
        for size in sizes:
            cat = FOLDER / f"{recipe.name}_{size.lower()}.cat"
            if cat.exists():
                name = f"Untrained: {recipe.set}"
                yield Piece(
                    name, f"{size} {stamp(cat)}", functools.partial(_untrained, recipe, cat, sources, given.tennis)
                )
    shots = [
        (RECIPES[task], f"{clip}, {how}", functools.partial(restored_shot, task, clip, how, sources))
        for task, clip, how in RESTORED
    ]
    shots += [
        (RECIPES["human_matting"], name, functools.partial(people_shot, name, sources, given.tennis))
        for name in PEOPLE_SHOTS
        if name != "tennis" or given.tennis is not None
    ]
    if given.quick:
        shots = [shots[0], next(shot for shot in shots if shot[0].name == "upscale"), shots[-1]]
    for recipe, name, shot in shots:
        for size in sizes:
            cat = FOLDER / f"{recipe.name}_{size.lower()}.cat"
            if cat.exists():
                measure = functools.partial(_worth, recipe, size, cat, shot, given.threads)
                yield Piece(f"Worth: {recipe.set}", f"{name}, {size} {stamp(cat)}", measure)


def stamp(cat: Path) -> str:
    """Which weights were measured, so that new ones are measured anew."""
    import hashlib

    return hashlib.blake2b(cat.read_bytes(), digest_size=3).hexdigest()


def _untrained(recipe: Recipe, cat: Path, sources: Sources, tennis: Path | None) -> Values:
    found = means(untrained_scores(recipe, cat, sources, tennis))
    if len(found) == 1:
        return next(iter(found.values()))
    return {f"{task}, {who}": value for task, values in found.items() for who, value in values.items()}


def _worth(recipe: Recipe, size: ModelSize, cat: Path, made: Callable[[], Shot], threads: int) -> Values:
    shot = made()
    learning = Learning(FROM_SET, size, recipe.set, threads)
    return {
        "nothing": score_of_input(shot),
        "set untrained": untrained(cat, shot),
        f"{FROM_SET} steps from the set": learning.score(shot),
        f"{FROM_SCRATCH} steps from scratch": Learning(FROM_SCRATCH, size, threads=threads).score(shot),
    }


def _tables(pieces: Sequence[Piece], results: dict[str, Values], tennis: bool) -> Iterator[str]:
    for table in dict.fromkeys(piece.table for piece in pieces):
        rows = [piece for piece in pieces if piece.table == table]
        who = list(results[rows[0].key])
        digits = 3 if "Matting" in table else 2
        yield f"## {table}\n\n| | {' | '.join(who)} |\n|---|{'---|' * len(who)}"
        for piece in rows:
            values = results[piece.key]
            yield f"| {piece.row} | {' | '.join(f'{values[name]:.{digits}f}' for name in who)} |"
        yield ""
    if not tennis:
        yield "tennis is absent: give its folder, with rgb/ and mask/, as TENNIS=PATH."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m paircat.weights.recipes.bench", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="PATH", help="the folder with photos/ and clips/")
    parser.add_argument("--tennis", type=Path, metavar="PATH", help="a folder with rgb/ and mask/")
    parser.add_argument("--sizes", default="small,medium,large", help="such as small,large")
    parser.add_argument("--quick", action="store_true", help="a shot of each set alone")
    parser.add_argument("--anew", action="store_true", help="measure again what was measured already")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--work", type=Path, default=Path("weights_data"), metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())
