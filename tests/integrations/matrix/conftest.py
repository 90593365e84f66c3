"""A connection with one item on both sides."""

import pytest

from tests.integrations.matrix.hands import link_of


@pytest.fixture
def linked(both):
    """Return a connection of which item 1 of side a is linked with item 1 of side b."""
    link_of(both)
    return both
