import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_counters():
    """Failed attempts are counted in the cache: no test inherits those of another."""
    cache.clear()
