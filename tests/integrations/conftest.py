"""A memory tracker stands in for this product, so that these tests know no feature of it."""

import pytest

from integrations import registry
from tests.factories.integrations import joined


@pytest.fixture
def memory_platform(monkeypatch):
    monkeypatch.setitem(registry.CONNECTORS, "platform", registry.CONNECTORS["memory"])
    registry.connector_class.cache_clear()
    yield
    registry.connector_class.cache_clear()


@pytest.fixture
def both(shop, memory_platform):
    """Return a connection of the shop that is switched on, with its two trackers."""
    return joined(shop)
