"""`make weights SET=deblur SIZE=small DATA=PATH`: make a set of initial weights, or go on making it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from paircat.engine.errors import PairCatError
from paircat.engine.home_folder import from_home
from paircat.engine.learn.pretrained_weights import FOLDER
from paircat.engine.settings import ModelSize
from paircat.weights.recipes.card import write_card
from paircat.weights.recipes.recipe import RECIPES, Recipe
from paircat.weights.recipes.scores import means, untrained_scores
from paircat.weights.recipes.session import Training
from paircat.weights.recipes.shipping import Round, rounds_of, ship
from paircat.weights.recipes.sources import Sources

WORK = Path("weights_data")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 done, 3 stopped before the end, 2 a mistake."""
    given = _parser().parse_args(arguments)
    recipe, size = RECIPES[given.set], ModelSize(given.size.capitalize())
    sources = Sources(given.work, given.data)
    try:
        return _make(recipe, size, sources, given)
    except PairCatError as error:
        print(error, file=sys.stderr)
        return 2


def _make(recipe: Recipe, size: ModelSize, sources: Sources, given: argparse.Namespace) -> int:
    if given.prepare:
        recipe.pairs(sources, recipe.settings(size).seed)
        return 0
    shipped = given.out / f"{recipe.name}_{size.lower()}.cat"
    before = _rounds_before(shipped, given.go_on)
    training = Training(
        recipe,
        size,
        sources,
        given.steps,
        given.minutes,
        start_from=shipped if before else None,
        number=len(before) + 1,
        threads=given.threads,
    )
    step, cat = training.go()
    if step < training.settings.steps and not given.ship_anyway:
        print(f"Stopped at step {step} of {training.settings.steps}. The same command goes on.")
        return 3
    ship(cat, shipped, before, object_sizes=recipe.object_sizes)
    print(f"'{shipped}', {shipped.stat().st_size / 1e6:.1f} MB. Measuring ...", flush=True)
    scores = means(untrained_scores(recipe, shipped, sources, given.tennis))
    ship(cat, shipped, before, scores, recipe.object_sizes)
    print(f"'{write_card(recipe, given.out)}'")
    return 0


def _rounds_before(shipped: Path, go_on: bool) -> tuple[Round, ...]:
    """The rounds that a new one builds upon; none where it begins from nothing.

    Raises:
        SystemExit: there is nothing to go on from, or later rounds would be lost.
    """
    found = rounds_of(shipped) if shipped.exists() else ()
    if go_on and not found:
        sys.exit(f"There is no '{shipped}' to go on from; leave --go-on out to begin from nothing.")
    if not go_on and len(found) > 1:
        sys.exit(
            f"'{shipped}' has been through {len(found)} rounds; add another with --go-on, or remove it to begin anew."
        )
    return found if go_on else ()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m paircat.weights.recipes", description=__doc__)
    parser.add_argument("set", choices=list(RECIPES))
    parser.add_argument("size", choices=[size.lower() for size in ModelSize])
    parser.add_argument("--data", type=_folder, metavar="PATH", help="the folder with photos/ and clips/")
    parser.add_argument("--tennis", type=_folder, metavar="PATH", help="a folder with rgb/ and mask/ to measure on")
    parser.add_argument("--steps", type=int, default=0, help="where the training ends; as the recipe says without it")
    parser.add_argument("--minutes", type=float, default=0, help="choose the steps so that they take so long here")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; PyTorch's own choice without it")
    parser.add_argument(
        "--go-on", action="store_true", help="another round, which begins with the weights that are shipped"
    )
    parser.add_argument("--ship-anyway", action="store_true", help="ship what there is when it is stopped early")
    parser.add_argument("--prepare", action="store_true", help="fetch the data and make the pairs only")
    parser.add_argument("--work", type=Path, default=WORK, metavar="FOLDER", help="for data, pairs and runs")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER", help="where the .cat and its card go")
    return parser


def _folder(text: str) -> Path:
    path = from_home(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder '{path}'")
    return path


if __name__ == "__main__":
    sys.exit(main())
