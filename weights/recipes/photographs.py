"""Photographs: which pictures the sets are trained on, which are kept out to measure, and their licences.

Every picture is reduced before anything is cut from it, so that no compression artefact is taken for detail. None is
under the GPL or a share-alike licence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image

from paircat.weights.recipes.sources import Sources

_PLACES = {
    "interiors": "interior_photos/images",
    "lomiri": "usr/share/backgrounds",
    "skimage": "skimage/data",
    "photos": ".",
}
_LONGEST = 1500  # pixels, after the reduction


@dataclass(frozen=True)
class Photograph:
    """A picture of a source; `reduce` is what its sides are divided by at least before it counts as clean."""

    source: str
    file: str
    held_out: bool = False
    reduce: int = 2

    @property
    def name(self) -> str:
        return Path(self.file).stem

    def open(self, sources: Sources) -> np.ndarray:
        """Uint8 (height, width, 3), reduced by averaging whole blocks in sRGB values."""
        path = sources.path(self.source) / _PLACES[self.source] / self.file
        with PIL.Image.open(path) as picture:
            whole = picture.convert("RGB")
        factor = max(self.reduce, -(-max(whole.size) // _LONGEST) if self.reduce > 1 else 1)
        return np.asarray(whole.reduce(factor) if factor > 1 else whole)


def _list() -> Iterator[Photograph]:
    for key, reduce, kept, held_out in _NAMES:
        for name in kept.split():
            yield Photograph(key, name, False, reduce)
        for name in held_out.split():
            yield Photograph(key, name, True, reduce)


_NAMES = (
    (
        "photos",
        2,
        """beacon-street-sunset.jpg blue-periwinkle.jpg canyon-wren.jpg casa-mila.jpg extreme-desert-hike.jpg
        high-trestle-trail.jpg lake-sherburne.jpg oakland-zoo-otters.jpg piazza-gae-aulenti.jpg saturnian-profile.jpg
        tea-gardens.jpg the-spices-of-life.jpg""",
        "perched-osprey.jpg roman-colosseum.jpg singaporean-cityscape.jpg",
    ),
    (
        "interiors",
        2,
        """pexels-1317558.jpg pexels-2560067.jpg pexels-3062948.jpg pexels-36030587.jpg pexels-36179987.jpg
        pexels-36236147.jpg pexels-36444540.jpg pexels-3965508.jpg pexels-4389955.jpg pexels-4543103.jpg
        pexels-5386834.jpg pexels-5853819.jpg pexels-6373478.jpg pexels-6615808.jpg pexels-6707631.jpg
        pexels-6830376.jpg pexels-6956495.jpg pexels-6963788.jpg pexels-7193656.jpg pexels-7247504.jpg
        pexels-7303773.jpg pexels-7303782.jpg pexels-7303842.jpg pexels-7303992.jpg pexels-7303995.jpg
        pexels-7688357.jpg pexels-cup-of-couple-6962851.jpg pexels-cup-of-couple-6963787.jpg
        pexels-maksgelatin-4352247.jpg""",
        "pexels-2416933.jpg pexels-36358763.jpg pexels-4400637.jpg pexels-5604956.jpg",
    ),
    (
        "lomiri",
        2,
        """Picture_0B_by_freespace.jpg Picture_1A_by_freespace.jpg aitzgorri_by_Aitzol_Berasategi.jpg
        friends_by_Aitzol_Berasategi.jpg life_by_Aitzol_Berasategi.jpg seeding_by_Clements_Engelhardt.jpg
        Wine_by_Jakkub_Mede.jpg""",
        "picosdeeuropa_by_Aitzol_Berasategi.jpg",
    ),
    # Small pictures with no visible compression, as they are.
    (
        "skimage",
        1,
        "astronaut.png rocket.jpg hubble_deep_field.jpg motorcycle_left.png",
        "chelsea.png coffee.png",
    ),
)

PHOTOGRAPHS = tuple(_list())


def training_pictures(sources: Sources, without: Collection[str] = ()) -> list[np.ndarray]:
    """The pictures that may be trained on, but for some names: uint8 (height, width, 3) each."""
    kept = [photograph for photograph in PHOTOGRAPHS if not photograph.held_out and photograph.name not in without]
    return [photograph.open(sources) for photograph in kept]


def held_out_pictures(sources: Sources) -> dict[str, np.ndarray]:
    """The pictures that are only measured on, by name."""
    return {photograph.name: photograph.open(sources) for photograph in PHOTOGRAPHS if photograph.held_out}
