"""Encoding: values beyond 0..1 are coded with an exact inverse that keeps their sign."""

from __future__ import annotations

import numpy as np
import torch

from paircat.engine.learn.encoding import Encoding

VALUES = torch.tensor([-12.0, -0.05, -1e-4, 0.0, 1e-4, 0.18, 1.0, 12.0, 3000.0]).reshape(1, 1, 3, 3)


def test_decode_is_the_inverse_and_keeps_signs() -> None:
    """Negatives and highlights come back as they were."""
    coding = Encoding(("log",))
    back = coding.decode(coding.encode(VALUES))
    torch.testing.assert_close(back, VALUES, rtol=1e-5, atol=1e-7)
    assert torch.equal(torch.sign(coding.encode(VALUES)), torch.sign(VALUES))


def test_display_referred_channels_pass_bit_for_bit() -> None:
    """Channels within 0..1 are not touched, also beside coded ones."""
    both = torch.cat([VALUES, VALUES.clamp(0, 1)], dim=1)
    coding = Encoding.for_ranges([-12, 0], [3000, 1])
    assert coding.kinds == ("log", "none")
    assert torch.equal(coding.encode(both)[:, 1], both[:, 1])
    assert coding.describe(("R", "A")) == "R in signed log"


def test_the_curve_is_monotonic() -> None:
    """More light is never coded as less."""
    ramp = torch.from_numpy(np.linspace(-20, 20, 4001, dtype=np.float32)).reshape(1, 1, 1, -1)
    assert (Encoding(("log",)).encode(ramp).diff(dim=3) > 0).all()


def test_a_coding_goes_on_with_light_that_it_leaves_as_it_is() -> None:
    """What is not curved may be light; what the other has behind a logarithm only a logarithm takes."""
    plain, light, log = (Encoding((kind,)) for kind in ("none", "light", "log"))
    assert torch.equal(light.encode(VALUES), VALUES) and torch.equal(light.limited(VALUES), VALUES)
    assert float(plain.limited(VALUES).max()) == 1.5
    assert [one.holds(log) for one in (plain, light, log)] == [False, False, True]
    assert plain.holds(light) and light.holds(plain) and log.holds(light)
    assert plain.with_light_of(light) == light.with_light_of(plain) == light
    assert log.with_light_of(light) == log and plain.with_light_of(plain) == plain
