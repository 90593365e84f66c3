"""Row 26: a day without the tracker, while both sides go on and somebody fills in the past."""

from math import ceil

import pytest
from django.db.models import Q

from integrations.base.errors import TransientError
from integrations.connectors.memory.connector import PAGE_SIZE
from integrations.models import LinkEnd, SyncLog, SyncTask, System
from integrations.store import queue
from tests.integrations.matrix.hands import (
    drained,
    held,
    hinted,
    minute,
    open_tasks,
    set_rules,
)

HOUR = 3600


def down(_call, moment):
    if moment == "before":
        raise TransientError("The tracker is down.")


def linked_items(both, number: int) -> None:
    set_rules(both, max_creates_per_hour=10 * number)
    minute(both)
    for index in range(1, number + 1):
        both.a.add({"title": f"Item {index}"})
        hinted(both, "a", str(index))
    while drained(both):
        pass
    assert len(both.b.records) == number


def edit_both_sides(both, number: int) -> None:
    for index in range(1, number + 1):
        both.a.edit(str(index), {"title": f"Changed {index}"})
        both.b.edit(str(index), {"status": "Done"})
        hinted(both, "a", str(index))


def check_calls(both, number: int) -> None:
    assert both.b.calls.count("fetch") <= 2 * ceil(1.1 * number / PAGE_SIZE) + 4
    assert both.b.calls.count("update_many") <= ceil(number / PAGE_SIZE) + 2


@pytest.mark.parametrize("number", [20, pytest.param(2_500, marks=pytest.mark.full)])
def test_row_26_after_a_day_down_all_that_waited_arrives_edits_first(both, number):
    """Each item is changed on both sides; old ones are to be copied as well, and have time."""
    linked_items(both, number)
    both.b.hook = down
    bulk = [both.a.add({"title": "Old"}).id for _ in range(number // 10)]
    edit_both_sides(both, number)
    for _ in range(8):
        minute(both, 3 * HOUR)
    old = Q(item_id__in=bulk) | Q(link__in=LinkEnd.objects.filter(item_id__in=bulk).values("link"))
    SyncTask.objects.filter(old).update(priority=queue.BACKFILL)
    assert System.objects.get(pk=both.systems["b"].pk).status == System.Status.DOWN
    assert not SyncTask.objects.filter(state=SyncTask.State.DEAD).exists()

    both.b.hook = None
    both.b.calls.clear()
    known = set(SyncLog.objects.values_list("pk", flat=True))
    for _ in range(3 + number // 500):
        minute(both, HOUR)

    titles = {one.fields["title"] for one in both.b.records.values()}
    assert titles == {"Old", *(f"Changed {index}" for index in range(1, number + 1))}
    statuses = [one.fields["status"] for one in both.a.records.values()]
    assert statuses.count("Done") == number
    assert len(both.a.records) == len(both.b.records) == number + len(bulk)
    rows = SyncLog.objects.exclude(pk__in=known).order_by("at", "pk")
    acts = [act for act in rows.values_list("action", flat=True) if act in {"created", "updated"}]
    assert acts.count("created") == len(bulk)
    assert "created" not in acts[:number]
    check_calls(both, number)
    assert held() == set()
    assert open_tasks() == 0
