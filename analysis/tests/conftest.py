"""Every figure of the tests is made in the style of the program."""

from collections.abc import Iterator

import pytest

from spinodal_analysis import style


@pytest.fixture(autouse=True)
def styled() -> Iterator[None]:
    with style.styled():
        yield
