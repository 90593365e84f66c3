"""Rate budgets: all workers draw from one bucket, and a bucket that is blocked gives nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from integrations import store
from integrations.base.errors import RateLimitedError
from integrations.base.meter import Budget
from integrations.models import SystemBudget
from integrations.store import budgets

SLOW = Budget(capacity=3, per_second=0.001)


@pytest.fixture(autouse=True)
def empty_purses():
    budgets._purses.tokens.clear()


@pytest.fixture
def system(both):
    return both.systems["b"]


def spend(system, budget=SLOW, times=1):
    for _ in range(times):
        store.spend(system.pk, "site", budget)


def test_a_bucket_gives_what_it_holds_and_then_says_when_to_come_back(system):
    spend(system, times=3)

    with pytest.raises(RateLimitedError) as refused:
        spend(system)

    assert refused.value.bucket == "site"
    assert 900 < refused.value.retry_after <= 1000


def test_a_bucket_fills_up_again_but_not_over_its_brim(both, system):
    spend(system, times=3)
    both.pass_time(2000)

    spend(system, times=2)
    with pytest.raises(RateLimitedError):
        spend(system, times=2)


def test_a_handful_of_tokens_costs_one_trip_to_the_database(system, django_assert_max_num_queries):
    plenty = Budget(capacity=100, per_second=1)
    spend(system, plenty)

    with django_assert_max_num_queries(0):
        spend(system, plenty, times=9)


def test_workers_share_a_bucket(system):
    spend(system, times=2)
    budgets._purses.tokens.clear()  # another worker has its own purse

    with pytest.raises(RateLimitedError):
        spend(system, times=2)


def test_a_blocked_bucket_gives_nothing_until_its_time(both, system):
    store.block(system.pk, "site", 300)

    with pytest.raises(RateLimitedError):
        spend(system)
    assert store.blocked_until(system.pk, "site") is not None

    both.pass_time(301)
    spend(system)
    assert store.blocked_until(system.pk, "site") is None


def test_a_blocked_bucket_blocks_no_other(system):
    store.block(system.pk, "content", 300)

    spend(system)


def test_no_token_is_spent_twice_however_many_draw_at_once(threads_database, both):
    system = both.systems["b"]
    budget, taken = Budget(capacity=40, per_second=0.001), []
    start = threading.Barrier(4)

    def draw():
        start.wait()
        try:
            while (given := -budgets._take(system.pk, "site", budget)) > 0 or given > -1:
                taken.append(max(0, round(given)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(draw) for _ in range(4)]:
            future.result()

    assert sum(taken) == 40
    assert SystemBudget.objects.get(system=system).tokens < 1
