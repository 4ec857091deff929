import pytest

from paircat.bench import twins
from paircat.bench.piece import Piece, Place
from paircat.bench.results import Results
from paircat.bench.twins import Needed

CURVE = [(120.0, 20.0), (480.0, 30.0)]


@pytest.mark.parametrize(
    ("psnr", "expected"),
    [(25.0, Needed(2.4)), (30.0, Needed(4.8)), (20.0, Needed(1.2, -1)), (31.0, Needed(4.8, 1))],
)
def test_steps_for_the_same_psnr(psnr: float, expected: Needed) -> None:
    """Between two runs along the logarithm of steps; beyond them it is a bound and says so."""
    found = twins.needed(CURVE, 100, psnr)
    assert found is not None
    assert (found.ratio, found.side) == (pytest.approx(expected.ratio), expected.side)


def test_without_the_small_fix_there_is_no_ratio() -> None:
    """A run that failed leaves nothing to compare with."""
    assert twins.needed([], 100, 20) is None


def test_the_table_shows_both_twins() -> None:
    """The ratio stands beside the twin; differences outside in parts of 1024; a share that rounds up is not all."""
    results = Results.begin("quick", Place("data"))
    small = {"outside": 2 / 1024, "gated_outside": 0.0, "equal": 0.0, "gated_equal": 0.999999, "gated_inside": 24.0}
    for steps, inside in ((120, 20.0), (480, 30.0)):
        results.add(Piece("fix", "fix", "small", steps=steps), {"inside": inside, "nothing_inside": 17.0, **small})
    results.add(Piece("fix", "fix_whole", "small", steps=200), {"inside": 25.0, "nothing_inside": 17.0, "seconds": 9.0})
    text = twins.table(results)
    assert "| small | fix | 120 | 17.00 | 20.00 |  | 24.00 | 2/1024 | 0/1024 | 0.00 % | almost 100 % |  |" in text
    assert "| small | fix_whole | 200 | 17.00 | 25.00 | 1.20 |" in text
    assert twins.last(results, "fix", "fix_whole", "small") == Needed(pytest.approx(1.2))
    assert twins.last(results, "fix", "fix_whole", "medium") is None
