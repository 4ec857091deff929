"""Card: what a set of initial weights says about itself: data, licences, settings, scores, limits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from paircat.engine import atomic
from paircat.engine.runs.checkpoint import read_header
from paircat.engine.settings import ModelSize
from paircat.weights.recipes.photographs import PHOTOGRAPHS
from paircat.weights.recipes.recipe import Recipe
from paircat.weights.recipes.shipping import SCORES, rounds_of
from paircat.weights.recipes.sources import SOURCES

_CONTESTANTS = ("input", "bicubic", "unsharp", "Wiener", "teacher", "set")
_LISTED = ("learning_rate", "batch_size", "crop_size", "flips", "quarter_turns")


def write_card(recipe: Recipe, shipped: Path) -> Path:
    """Write `<set>.md` beside the shipped .cat files, about those of them that are there."""
    cats = {size: path for size in ModelSize if (path := shipped / f"{recipe.name}_{size.lower()}.cat").exists()}
    parts = [f"# Initial weights: {recipe.set}\n", recipe.about, *_files(cats), *_scores(recipe, cats)]
    parts += ["## Limits\n", recipe.limits, *_data(recipe), *_settings(recipe, cats)]
    path = shipped / f"{recipe.name}.md"
    atomic.write_text(path, "\n".join(parts).rstrip() + "\n")
    return path


def _files(cats: dict[ModelSize, Path]) -> Iterable[str]:
    yield "\n| file | megabytes | steps |\n|---|---|---|"
    for path in cats.values():
        yield f"| {path.name} | {path.stat().st_size / 1e6:.1f} | {sum(item.steps for item in rounds_of(path)):,} |"
    yield "\nKernels are kept in eight bits with a scale for each feature; PairCat makes float32 of them.\n"


def _scores(recipe: Recipe, cats: dict[ModelSize, Path]) -> Iterable[str]:
    yield "## Scores, with no training on the pictures at all\n"
    yield recipe.measured + "\n"
    found = {size: read_header(path).data_set.get(SCORES, {}) for size, path in cats.items()}
    for task in sorted({task for scores in found.values() for task in scores}):
        rows = {size: scores[task] for size, scores in found.items() if task in scores}
        found_ones = next(iter(rows.values()))
        who = [name for name in _CONTESTANTS if name in found_ones]
        yield f"| {task} | {' | '.join(who)} |\n|---|{'---|' * len(who)}"
        for size, row in rows.items():
            yield f"| {size} | {' | '.join(f'{row[name]:.{recipe.digits}f}' for name in who)} |"
        yield ""


def _data(recipe: Recipe) -> Iterable[str]:
    yield "\n## Data\n\n| from | package | licence |\n|---|---|---|"
    for key in recipe.needs:
        source = SOURCES[key]
        where = {"data": "given with --data: no registry has it"}.get(source.registry, source.registry)
        yield f"| {where} | {source.package} | {source.licence} |"
    kept = ", ".join(photograph.name for photograph in PHOTOGRAPHS if photograph.held_out)
    yield f"\n{sum(not photograph.held_out for photograph in PHOTOGRAPHS)} photographs are trained on:\n"
    for key in SOURCES:
        names = ", ".join(item.name for item in PHOTOGRAPHS if item.source == key and not item.held_out)
        if names:
            yield f"- {SOURCES[key].package}: {names}"
    yield f"\nKept out of all training and only measured on: {kept}. {recipe.kept_out}"


def _settings(recipe: Recipe, cats: dict[ModelSize, Path]) -> Iterable[str]:
    yield "\n## How it was made\n"
    for size, path in cats.items():
        for number, item in enumerate(rounds_of(path)):
            command = f"make weights SET={recipe.name} SIZE={size.lower()} STEPS={item.steps} DATA=PATH"
            yield f"    {command}{' WEIGHTS=--go-on' if number else ''}"
    yield (
        "\nEach round has a seed of its own, 20 and upwards, so the same versions on the same kind of processor make "
        "the same weights. Settings that decide what is learnt:\n"
    )
    for size, path in cats.items():
        header = read_header(path)
        listed = {name: header.settings[name] for name in _LISTED}
        versions = ", ".join(f"{name} {version}" for name, version in header.versions.items())
        yield f"- {size}: `{json.dumps(listed)}`, {versions}"
