"""Number tables: the same values as the system's own reader gives, for plain numbers."""

import numpy as np
import pytest

from paircat.engine.runs.number_table import read_columns


def test_values_are_those_of_the_systems_own_reader():
    """Not one bit differs, whatever the number of digits."""
    random = np.random.default_rng(3)
    texts = [
        f"{value:.{int(places)}f}"
        for value, places in zip(random.random(4000) * 900, random.integers(0, 12, 4000), strict=True)
    ]
    data = "".join(f"{left},{right}\n" for left, right in zip(texts[::2], texts[1::2], strict=True)).encode()
    numbers, plain = read_columns(data, 2)
    assert plain.all()
    assert numbers.ravel().tolist() == [float(text) for text in texts]


@pytest.mark.parametrize("field", ["1e-05", "-1", "nan", "", "1.2.3", ".", "12345678901234567", "0x1", "1 2"])
def test_lines_that_are_not_plain_are_reported(field):
    """Signs, exponents, words and numbers too long for an exact division are left to a slower reader."""
    numbers, plain = read_columns(f"1,2\n{field},4\n5,6\n".encode(), 2)
    assert plain.tolist() == [True, False, True]
    assert numbers[[0, 2]].tolist() == [[1, 2], [5, 6]]


@pytest.mark.parametrize("data", [b"", b"1,2", b"1,2\n3\n", b"1,2,3\n4\n", b"1,2\n3,4"])
def test_what_is_no_table_is_not_read(data):
    """Missing columns or a last line without its end."""
    assert read_columns(data, 2) is None
