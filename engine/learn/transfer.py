"""Transfer: the weights of one network as another one's start, also where the channels are not the same.

The inner layers know nothing of channels and are taken as they are. The outer ones (stem, head, colour, curves) are
linear in the channels, so those of other channels can be made of them: a new input channel starts without influence, a
single grey channel stands for red, green and blue alike, and a new output channel starts from the linear map.
Where this network works on larger cells than the other, it begins as the other one would on the picture reduced by as
much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from paircat.engine.learn.network import Network, NetworkShape

Weights = Mapping[str, torch.Tensor]

_OUTER = ("stem", "head", "colour", "curves", "filter", "key_stem")


@dataclass(frozen=True)
class ChannelLayout:
    """The channels on both sides of a network, by name, and whether a matte comes out."""

    channels_in: tuple[str, ...]
    channels_out: tuple[str, ...]
    matte: bool

    @classmethod
    def of(cls, shape: NetworkShape, channels_in: Sequence[str], channels_out: Sequence[str]) -> ChannelLayout:
        return cls(tuple(channels_in), tuple(channels_out), shape.matte)


@dataclass(frozen=True)
class Transfer:
    """How another network's channels become this one's.

    Attributes:
        into: (theirs, ours): what each of their input channels is made of; None where that makes no sense.
        out: (ours, theirs): what each of our output channels is made of; None where that makes no sense.
        recoded: values are coded in another way here, so that the same numbers mean something else.
    """

    theirs: ChannelLayout
    ours: ChannelLayout
    into: torch.Tensor | None
    out: torch.Tensor | None
    recoded: bool = False

    @classmethod
    def between(cls, theirs: ChannelLayout, ours: ChannelLayout) -> Transfer:
        into = _inputs(theirs.channels_in, ours.channels_in)
        out = _outputs(theirs, ours) if theirs.matte == ours.matte else None
        return cls(theirs, ours, into, out if into is not None else None)

    @property
    def whole(self) -> bool:
        """Whether the same channels go in and come out, of the same coding, so that nothing has to be made."""
        return self.theirs == self.ours and not self.recoded

    @property
    def keeps_result(self) -> bool:
        """Whether what the other network makes of a picture is what this one starts with."""
        return self.out is not None

    def apply(self, network: Network, weights: Weights) -> None:
        """Give `network` the weights; layers that cannot be made of them stay as they are."""
        weights = _on_cells(weights, len(self.theirs.channels_in), network.shape.cell)
        taken = {name: value for name, value in weights.items() if name.split(".")[0] not in _OUTER}
        if self.whole:
            taken = dict(weights)
        elif self.into is not None:
            taken |= {"stem.weight": _stem(weights["stem.weight"], self.into), "stem.bias": weights["stem.bias"]}
            if self.out is not None:
                known, own = self.out.any(dim=1), network.state_dict()
                matrix = (self.out @ weights["colour.weight"][:, :, 0, 0] @ self.into)[:, :, None, None]
                offset = self.out @ weights["colour.bias"]
                taken |= (
                    {
                        "head.weight": _head(weights["head.weight"], self.out),
                        "head.bias": _head(weights["head.bias"], self.out),
                        "colour.weight": torch.where(known[:, None, None, None], matrix, own["colour.weight"]),
                        "colour.bias": torch.where(known, offset, own["colour.bias"]),
                    }
                    | _curves(weights, self.into, self.out)
                    | _filter(weights, self.into, self.out)
                    | _key(weights, self.out)
                )
        known_here = network.state_dict()  # the mask of a masked network has no place in another
        network.load_state_dict(known_here | {name: value for name, value in taken.items() if name in known_here})

    def notes(self) -> tuple[str, ...]:
        """What was not simply taken over, in sentences for the artist."""
        if self.whole:
            return ()
        fresh = [] if self.into is not None else ["stem"]
        fresh += [] if self.out is not None else ["colour", "head"]
        notes = []
        if fresh:
            why = "Values go further than there" if self.recoded else "Other channels than there"
            notes.append(f"{why}, so these layers start fresh: {', '.join(sorted(fresh))}.")
        for side, names, matrix in (
            ("input", self.ours.channels_in, self.into),
            ("output", self.ours.channels_out, None if self.out is None else self.out.T),
        ):
            used = [] if matrix is None else matrix.any(dim=0).tolist()
            idle = [name for name, known in zip(names, used, strict=False) if not known]
            if idle:
                notes.append(f"These {side} channels are not known there and start without it: {', '.join(idle)}.")
        return tuple(notes)


def _inputs(theirs: Sequence[str], ours: Sequence[str]) -> torch.Tensor | None:
    """(theirs, ours): the same colours where all are there, one channel for all, or else in their order."""
    roles = [_role(name) for name in ours]
    if all(_role(name) in roles for name in theirs):
        return _one_hot([roles.index(_role(name)) for name in theirs], len(ours))
    if len(ours) == 1:
        return torch.ones(len(theirs), 1)
    return torch.eye(len(theirs), len(ours)) if len(ours) >= len(theirs) else None


def _outputs(theirs: ChannelLayout, ours: ChannelLayout) -> torch.Tensor | None:
    """(ours, theirs): a channel that comes out of the other network comes out here, if it stands for the same."""
    roles = [_role(name) for name in theirs.channels_out]
    if len(roles) == 1 and ours.matte:
        return torch.ones(len(ours.channels_out), 1)  # a matte is a matte, in whatever channel it is kept
    rows = torch.zeros(len(ours.channels_out), len(roles))
    for row, name in enumerate(ours.channels_out):
        if _role(name) in roles:
            rows[row, roles.index(_role(name))] = 1
        elif len(ours.channels_in) == 1 and ours.channels_in == ours.channels_out:
            rows[row] = 1 / len(roles)
        elif _unnamed(theirs, ours) and row < len(roles):
            rows[row, row] = 1
    return rows if rows.any() else None


def _unnamed(theirs: ChannelLayout, ours: ChannelLayout) -> bool:
    """Whether our channels are no colours, such as x, y, z, and the same ones come out that go in, as over there."""
    in_place = theirs.channels_in == theirs.channels_out and ours.channels_in == ours.channels_out
    return in_place and not {_role(name) for name in ours.channels_out} & {"r", "g", "b", "a"}


def _role(name: str) -> str:
    """What a channel is, whatever its layer: r, g, b, a, or its own name in small letters."""
    last = name.rpartition(".")[2].lower()
    return last[0] if last in ("red", "green", "blue", "alpha") else last


def _one_hot(places: Sequence[int], width: int) -> torch.Tensor:
    return torch.from_numpy(np.eye(width, dtype=np.float32)[list(places)])


def _stem(kernel: torch.Tensor, into: torch.Tensor) -> torch.Tensor:
    """Kernels (features, theirs x pixels, 3, 3) for our channels; the pixels of a channel's cell stand together."""
    features, _, height, width = kernel.shape
    apart = kernel.reshape(features, len(into), -1, height, width)
    return torch.einsum("fcqhw,co->foqhw", apart, into).reshape(features, -1, height, width)


def _curves(weights: Weights, into: torch.Tensor, out: torch.Tensor) -> dict[str, torch.Tensor]:
    """Curves of (hinges, theirs) directions for our channels; nothing of a network without them."""
    if "curves.weight" not in weights:
        return {}
    return {
        "curves.directions": weights["curves.directions"] @ into,
        "curves.knots": weights["curves.knots"],
        "curves.weight": out @ weights["curves.weight"],
    }


def _filter(weights: Weights, into: torch.Tensor, out: torch.Tensor) -> dict[str, torch.Tensor]:
    """The local filter, and how it is seen, for our channels; nothing of a network without one."""
    if "filter.weight" not in weights:
        return {}
    return {
        "filter.weight": _stem(_head(weights["filter.weight"], out), into),
        "filter.gain": weights["filter.gain"],
        "filter.stem.weight": _stem(weights["filter.stem.weight"], torch.linalg.pinv(out)),
    }


def _key(weights: Weights, out: torch.Tensor) -> dict[str, torch.Tensor]:
    """How a key is seen, for our channels; nothing of a network without one."""
    if "key_stem.weight" not in weights:
        return {}
    return {"key_stem.weight": _stem(weights["key_stem.weight"], torch.linalg.pinv(out))}


def _head(values: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
    """Kernels (theirs x pixels, features, 3, 3), or biases (theirs x pixels,), for our channels."""
    apart = values.reshape(out.shape[1], -1, *values.shape[1:])
    return torch.einsum("oc,cq...->oq...", out, apart).reshape(-1, *values.shape[1:])


def _on_cells(weights: Weights, channels_in: int, cell: int) -> Weights:
    """The weights of a network that works on cells of `cell` pixels and sees the picture at another size instead."""
    own = round((weights["stem.weight"].shape[1] / channels_in) ** 0.5)
    if own == cell:
        return weights
    larger = max(1, cell // own)
    made = dict(weights)
    for name in ("stem.weight", "key_stem.weight"):
        if name in weights:
            made[name] = _resized(weights[name].transpose(0, 1), own, cell).transpose(0, 1) / larger**2
    for name in ("head.weight", "head.bias"):
        made[name] = _resized(weights[name], own, cell) / max(1, own // cell) ** 2
    return made


def _resized(values: torch.Tensor, own: int, cell: int) -> torch.Tensor:
    """(channels x own x own, ...) with each pixel of a cell repeated, or those that become one added up."""
    rest = values.shape[1:]
    if cell > own:
        times = cell // own
        apart = values.reshape(-1, own, own, *rest)
        return apart.repeat_interleave(times, 1).repeat_interleave(times, 2).reshape(-1, *rest)
    apart = values.reshape(-1, cell, own // cell, cell, own // cell, *rest)
    return apart.sum((2, 4)).reshape(-1, *rest)
