"""Model: a trained network with the coding of its values, applied to whole frames of any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from paircat.engine.errors import CheckpointError, PairCatError
from paircat.engine.learn.connected_components import remove_unlike_components
from paircat.engine.learn.device import Device, on_device, out_of_memory_as
from paircat.engine.learn.encoding import LINEAR, Encoding
from paircat.engine.learn.gate import gated
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.tiles import grid, least_work
from paircat.engine.learn.viewing_scale import applied_at_scale
from paircat.engine.picture.channels import canonical, placed
from paircat.engine.picture.image import Header, Image
from paircat.engine.runs.checkpoint import load_cat

_DEFAULT_MEMORY = 1280 << 20
_LARGEST_SHARE = 0.25  # of the free memory


@dataclass(frozen=True)
class Model:
    """Applies a network. Pixel values come in and go out as they stand in files; of those only coverage is clamped.

    Attributes:
        half: run in half precision on a GPU; CPUs always take float32.
        gate: changes up to this size, in encoded values, are noise; 0 where that is not known.
        smallest_change, largest_change: of a masked network, pixels of a change that its pairs show; 0 where not known.
        kept: channels that no pair changes; they come out as they go in.
        object_sizes: the smallest and the largest object that the network knows, in pixels; frames are shown to it as
            viewing_scale.py says. Empty: as they are.
    """

    network: Network
    encoding_in: Encoding
    encoding_out: Encoding
    device: Device
    half: bool = False
    channels_in: tuple[str, ...] = ()
    channels_out: tuple[str, ...] = ()
    gate: float = 0.0
    smallest_change: int = 0
    largest_change: int = 0
    kept: tuple[str, ...] = ()
    object_sizes: tuple[int, ...] = ()

    @classmethod
    def load(cls, path: str | Path, device: str = "auto", half: bool = False) -> Model:
        """Read a .cat.

        Raises:
            CheckpointError: it is damaged, too new, or no .cat.
            PairCatError: the device does not exist.
        """
        header, weights = load_cat(Path(path))
        chosen = Device.choose(device)
        try:
            shape = NetworkShape.from_json(dict(header.network))
            if (shape.channels_in, shape.channels_out) != (len(header.channels_in), len(header.channels_out)):
                raise KeyError("channels")
            if header.object_sizes and (len(header.object_sizes), shape.channels_out) != (2, 1):
                raise ValueError("object sizes")
            network = Network(shape)
            network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
            encoding_in, encoding_out = (Encoding(tuple(header.encoding[side])) for side in ("in", "out"))
        except CheckpointError as error:
            raise CheckpointError(f"'{path}': {error}") from error
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(f"'{path}' is a .cat, but its parts do not fit together; copy it again.") from error
        on_device(network.requires_grad_(False), chosen)
        sides = header.channels_in, header.channels_out
        model = cls(network, encoding_in, encoding_out, chosen, half, *sides, header.gate)
        sizes = header.smallest_change, header.largest_change
        return replace(
            model, smallest_change=sizes[0], largest_change=sizes[1], kept=header.kept, object_sizes=header.object_sizes
        )

    def apply(self, pixels: np.ndarray, tile_size: int = 0, feather: int = 64, memory_bytes: int = 0) -> np.ndarray:
        """Run the network over a frame.

        Args:
            pixels: float32 (height, width, channels in).
            tile_size: edge of the tiles in pixels; 0 chooses those that are the least work within `memory_bytes`, -1
                takes the whole frame at once.
            feather: pixels over which neighbouring tiles fade into each other.
            memory_bytes: for the network's feature maps; 0 means 1280 MiB, at most a quarter of what is free.

        Returns:
            Float32 (height, width, channels out).

        Raises:
            PairCatError: out of memory.
        """
        height, width = pixels.shape[:2]
        if self.object_sizes:
            as_it_is = replace(self, object_sizes=())
            smallest, largest = self.object_sizes
            return applied_at_scale(
                pixels, (smallest, largest), lambda shown: as_it_is.apply(shown, tile_size, feather, memory_bytes)
            )
        network = self.network
        cut = network.radius, feather, network.stride
        tile = (tile_size, tile_size)
        if tile_size == 0:
            tile = least_work((height, width), self._most_pixels(memory_bytes), *cut)
        tiles = list(grid((height, width), tile, *cut))
        if len(tiles) == 1:
            return self._run(pixels)
        out = np.zeros((height, width, network.shape.channels_out), np.float32)
        for rows, columns in tiles:
            part = self._run(pixels[rows.read_start : rows.read_stop, columns.read_start : columns.read_stop])
            top, left = rows.start - rows.read_start, columns.start - columns.read_start
            used = part[top : top + rows.stop - rows.start, left : left + columns.stop - columns.start]
            weights = rows.weights()[:, None, None] * columns.weights()[None, :, None]
            out[rows.start : rows.stop, columns.start : columns.stop] += used * weights
        return out

    def change(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """How far two pictures are apart as the network sees values: float32 (height, width), the largest channel's."""
        one, other = (self.encoding_in.encode_pixels(side) for side in (before, after))
        return np.abs(one - other).max(axis=2)

    def apply_to(
        self, image: Image, channels_in: Sequence[str], channels_out: Sequence[str], gate: bool = False, **tiling: int
    ) -> Image:
        """The image over its data window with `channels_out` replaced or added, all else untouched.

        The network sees black beyond the data window as far as the format, as it did in training. A grey result becomes
        the alpha of a colour picture, where every viewer and every merge finds a matte.
        With `gate`, pixels that the network has no reason to touch are those of the image, bit for bit.

        Where an input channel is NaN or Inf, the network sees zero, so that one bad pixel does not spread as far as the
        network sees; that pixel itself stays as it is.

        Raises:
            PairCatError: the image lacks a channel that the network was trained on.
        """
        absent = [name for name in channels_in if name not in image.header.channels]
        if absent:
            raise PairCatError(
                f"The network was trained on the channels {', '.join(channels_in)}, but the picture has no "
                f"{', '.join(absent)}, only {', '.join(image.header.channels)}; put a Shuffle in front of Inference."
            )
        window = image.header.data_window
        seen = image.select(channels_in)
        finite = np.isfinite(seen)
        seen[~finite] = 0
        bad = ~finite.all(axis=2)
        result = self._in_format(seen, image.header, **tiling) if not window.empty else None
        if gate and self.gate and result is not None:
            result = self._gated(seen, result)
        channels_out = placed(channels_out, image.header.channels)
        header = image.header.with_added(channels_out)
        added = len(header.channels) - len(image.header.channels)
        pixels = np.concatenate(
            [image.pixels, np.zeros((window.height, window.width, added), np.float32)], axis=2
        )  # always a copy: images are shared
        if result is not None:
            for place, name in enumerate(channels_out):
                if name in self.kept:
                    continue
                plane = pixels[:, :, header.channels.index(name)]
                np.copyto(plane, result[:, :, place], where=~bad)
        return Image(header, pixels)

    def _in_format(self, seen: np.ndarray, header: Header, **tiling: int) -> np.ndarray:
        """`apply` for the data window of a picture that is black beyond it, as far as the format.

        No more of that black is looked at than the network sees. Its cells begin at the corner of the format, as they
        did in training.
        """
        window, format_, network = header.data_window, header.display_window, self.network
        whole = window if format_.empty else window.union(format_)
        around = window.expand(network.radius).intersection(whole)
        x, y = (
            max(low, start - (start - corner) % network.stride)
            for low, start, corner in zip(whole[:2], around[:2], format_[:2], strict=True)
        )
        before, above = (x - format_.x) % network.shape.cell, (y - format_.y) % network.shape.cell
        left, top = window.x - x, window.y - y
        beyond = (top, around.bottom - window.bottom), (left, around.right - window.right), (0, 0)
        if np.any(beyond):
            seen = np.pad(seen, beyond)
        if above or before:
            seen = np.pad(seen, ((above, 0), (before, 0), (0, 0)), mode="reflect")
        result = self.apply(seen, **tiling)
        return result[above + top :, before + left :][: window.height, : window.width]

    def _gated(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        change = self.change(before, after)
        if not self.network.shape.masked:
            return gated(before, after, self.gate, change)
        change[~remove_unlike_components(change > self.gate, self.smallest_change, self.largest_change)] = 0
        return gated(before, after, self.gate, change, reach=1)  # a mask has its own soft edge

    @torch.inference_mode()
    def _run(self, pixels: np.ndarray) -> np.ndarray:
        batch = torch.from_numpy(np.ascontiguousarray(pixels)).to(self.device.where).permute(2, 0, 1)[None]
        half = self.half and self.device.is_gpu
        message = (
            f"Out of memory on {self.device.name} for {pixels.shape[1]}x{pixels.shape[0]} pixels; choose smaller tiles."
        )
        with out_of_memory_as(lambda: message), torch.autocast(self.device.where.type, torch.float16, enabled=half):
            values = self._of(batch)
        values = torch.sigmoid(values.float()) if self.network.shape.matte else self.encoding_out.decode(values.float())
        if coverage := self._coverage:
            within = values[:, coverage].clamp(0, 1)
            if self.network.shape.masked:  # what is not changed stays as it is
                untouched = values[:, coverage] == batch[:, coverage]
                within = torch.where(untouched, batch[:, coverage], within)
            values[:, coverage] = within
        return values[0].permute(1, 2, 0).contiguous().cpu().numpy()

    def _of(self, batch: torch.Tensor) -> torch.Tensor:
        """The network's values for pixels (1, channels, height, width).

        A highlight far beyond all that it has learnt from would spoil what lies around it: it sees the highlight
        limited, and what is cut off goes by the colour matrix, or, where the picture may stay as it is, unchanged.
        """
        limited = self.encoding_in.limited(batch)
        seen = self.encoding_in.encode(limited)
        values: torch.Tensor = self.network(seen)
        if limited is batch or self.network.shape.matte:
            return values
        whole = self.encoding_in.encode(batch)
        if self.network.shape.masked:
            return values + (whole - seen)
        return values + (self.network.by_colour(whole) - self.network.by_colour(seen))

    @property
    def _coverage(self) -> list[int]:
        """Channels that are no light and lay within 0 and 1 in all pairs: alphas beside colours."""
        shape = self.network.shape
        if shape.matte or len(self.channels_out) != shape.channels_out:
            return []
        kinds = zip(self.channels_out, self.encoding_out.kinds, strict=True)
        alphas = [canonical(name).rpartition(".")[2] == "A" and kind == LINEAR for name, kind in kinds]
        return [place for place, is_alpha in enumerate(alphas) if is_alpha]

    def _most_pixels(self, memory_bytes: int) -> int:
        """How many pixels the network may be given at once."""
        budget = memory_bytes or min(_DEFAULT_MEMORY, int(_LARGEST_SHARE * self.device.free_bytes))
        return budget // self.network.inference_bytes_per_pixel
