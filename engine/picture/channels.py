"""Channel names: the artist's terms (rgb, alpha, diffuse.red, depth) and the names that files use.

Channels keep the names that their file gives them, so that reading and writing changes nothing. OpenEXR files of
different programs spell the same channel R, r, red or diffuse.red; the terms of a selection find each of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from paircat.engine.errors import PairCatError

_SHORT = {"red": "R", "green": "G", "blue": "B", "alpha": "A", "r": "R", "g": "G", "b": "B", "a": "A"}
_RGB = ("R", "G", "B")
_GROUPS = {"rgb": _RGB, "rgba": (*_RGB, "A")}
_MAIN = ("R", "G", "B", "A", "Y")


def canonical(term: str) -> str:
    """The name that files use for a new channel that the artist calls `term`.

    >>> [canonical(term) for term in ("alpha", "rgba.red", "diffuse.red", "depth.Z", "mask")]
    ['A', 'R', 'diffuse.R', 'depth.Z', 'mask']
    """
    layer, _, name = term.strip().rpartition(".")
    name = _SHORT.get(name.lower(), name)
    return name if layer.lower() in ("", "rgba", "rgb") else f"{layer}.{name}"


def placed(result: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """What a result's channels are called in a picture that has `names`: what is grey is the alpha of a colour picture.

    >>> placed(["Y"], ["R", "G", "B"]), placed(["Y"], ["Y", "A"]), placed(["R", "G", "B"], ["R", "G", "B", "A"])
    (('A',), ('Y',), ('R', 'G', 'B'))
    """
    grey_into_colours = tuple(result) == ("Y",) and "Y" not in names and all(_same(names, one) for one in _RGB)
    return (_same(names, "A") or ("A",))[:1] if grey_into_colours else tuple(result)


def layer_of(name: str) -> str:
    """The layer of a channel: rgba for R, G, B, A and Y, depth for a bare Z, else what stands before the last dot."""
    layer, _, short = canonical(name).rpartition(".")
    if layer:
        return layer
    if short in _MAIN:
        return "rgba"
    return "depth" if short == "Z" else short


def layers(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Channels grouped by layer, both in the order in which they come.

    >>> layers(["R", "G", "B", "depth.Z", "A"])
    {'rgba': ('R', 'G', 'B', 'A'), 'depth': ('depth.Z',)}
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name in names:
        groups[layer_of(name)] = (*groups.get(layer_of(name), ()), name)
    return groups


def lights(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """The channels of each layer that are light, as three: its red, green and blue, or its grey three times.

    >>> lights(["R", "G", "B", "A", "diffuse.Y", "depth.Z"])
    [('R', 'G', 'B'), ('diffuse.Y', 'diffuse.Y', 'diffuse.Y')]
    """
    found: list[tuple[str, str, str]] = []
    for layer in layers(names).values():
        short = {canonical(name).rpartition(".")[2]: name for name in layer}
        for red, green, blue in (_RGB, ("Y", "Y", "Y")):
            if {red, green, blue} <= short.keys():
                found.append((short[red], short[green], short[blue]))
                break
    return found


def select(names: Sequence[str], selection: str) -> tuple[str, ...]:
    """The channels among `names` that an artist's selection means, without repeats, in the selection's order.

    Args:
        names: the channels that exist, as in the file.
        selection: empty or `all` for every channel; else terms divided by commas or spaces, each of them a channel
            (`R`, `red`, `alpha`, `a`, `rgba.alpha`, `diffuse.red`, `depth.Z`, or the exact name), a layer (`diffuse`,
            `depth`, `rgba`) or `rgb`. Of `rgba` and `rgb` those are taken that exist, but at least one has to.

    Raises:
        PairCatError: a term fits none of the channels.
    """
    # An exact name may hold spaces or commas, and may be called "all": it goes before everything else.
    if selection in names:
        return (selection,)
    terms = selection.replace(",", " ").split()
    found: dict[str, None] = {}
    for term in terms or ["all"]:
        hits = _hits(names, term)
        if not hits:
            known = ", ".join(names) if names else "no channels"
            raise PairCatError(f"There is no channel or layer '{term}'; this picture has {known}. Choose among those.")
        found.update(dict.fromkeys(hits))
    return tuple(found)


def _hits(names: Sequence[str], term: str) -> tuple[str, ...]:
    """The channels of one term; the most literal meaning that fits wins."""
    if term in names:
        return (term,)
    if term.lower() == "all":
        return tuple(names)
    if term.lower() in _GROUPS:
        wanted = _GROUPS[term.lower()]
        if "Y" in names and not any(_same(names, short) for short in _GROUPS["rgb"]):  # grey
            wanted = ("Y", *wanted[3:])
        return tuple(match for short in wanted for match in _same(names, short)[:1])
    same = _same(names, term)
    if same:
        return same[:1]
    grouped = layers(names)
    return grouped.get(term) or next((found for layer, found in grouped.items() if layer.lower() == term.lower()), ())


def _same(names: Sequence[str], term: str) -> tuple[str, ...]:
    """Channels that are spelt otherwise but mean the same as `term`: diffuse.R for diffuse.red, Z for depth.Z."""
    meant = canonical(term)
    exact = tuple(name for name in names if canonical(name) == meant)
    folded = tuple(name for name in names if canonical(name).lower() == meant.lower())
    bare_depth = ("Z",) if meant.lower() == "depth.z" and "Z" in names else ()
    return exact or folded or bare_depth
