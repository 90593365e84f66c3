"""Row 25: rules that change while the sync runs, and a mapping that comes to existing links."""

import pytest

from integrations import services
from integrations.models import ConnectionVersion, SyncLog
from tests.integrations.matrix.hands import (
    drained,
    held,
    hinted,
    is_silent,
    minute,
    minutes,
    once,
    set_rules,
)

ITEMS = 5


def priorities(tracker):
    return [record.fields["priority"] for record in tracker.records.values()]


@pytest.fixture
def unmapped(both):
    """Return five linked items; priority is not mapped yet, and it differs."""
    document = both.connection.versions.get().rules
    fields = [rule for rule in document["fields"] if rule["id"] != "priority"]
    set_rules(both, fields=fields)
    minute(both)
    for number in range(1, ITEMS + 1):
        both.a.add({"title": f"Item {number}", "priority": "High"})
        hinted(both, "a", str(number))
    drained(both)
    for record, priority in zip(
        both.b.records.values(), ["Low", "Low", None, None, "High"], strict=True
    ):
        record.fields["priority"] = priority
    minutes(both, 2)
    both.mapped = document["fields"]
    return both


def with_priority(both, first_sync):
    return [
        {**rule, "first_sync": first_sync} if rule["id"] == "priority" else rule
        for rule in both.mapped
    ]


def sync_all(both, user):
    services.request_sync(
        user=user, project_id=both.connection.project_id, item_ids=list(both.a.records)
    )
    drained(both)


@pytest.mark.parametrize(
    ("first_sync", "here", "there", "updates"),
    [
        ("prefer_a", ["High"] * 5, ["High"] * 5, 4),
        ("prefer_b", ["Low", "Low", None, None, "High"], ["Low", "Low", None, None, "High"], 4),
        ("hold", ["High"] * 5, ["Low", "Low", None, None, "High"], 0),
    ],
)
def test_row_25_a_new_mapping_obeys_its_first_sync_and_the_preview(
    unmapped, ada, first_sync, here, there, updates
):
    set_rules(unmapped, fields=with_priority(unmapped, first_sync))
    job = services.start_preview(user=ada, connection_id=unmapped.connection.pk)
    services.work_preview(job_id=job.pk)
    job.refresh_from_db()
    known = set(SyncLog.objects.values_list("pk", flat=True))

    sync_all(unmapped, ada)

    written = SyncLog.objects.exclude(pk__in=known).filter(action__in=["aligned", "updated"])
    assert job.result["counts"]["update"] == written.count() == updates
    assert (priorities(unmapped.a), priorities(unmapped.b)) == (here, there)
    assert held() == ({"priority"} if first_sync == "hold" else set())
    assert is_silent(unmapped)


def test_row_25_a_run_ends_on_the_rules_that_it_began_with(unmapped, ada):
    """New rules are published while the first of five items is written."""
    old = unmapped.connection.versions.get(state=ConnectionVersion.State.PUBLISHED).number
    document = unmapped.connection.versions.get(number=old).rules
    fields = [rule for rule in document["fields"] if rule["id"] != "title"]

    def publish():
        services.publish_rules(
            user=ada,
            connection_id=unmapped.connection.pk,
            document={**document, "fields": fields},
        )

    once(unmapped.b, "fetch", "before", publish)
    for number in range(1, ITEMS + 1):
        unmapped.a.edit(str(number), {"title": f"Changed {number}"})
        hinted(unmapped, "a", str(number))
    drained(unmapped)
    titles = [record.fields["title"] for record in unmapped.b.records.values()]
    assert titles == [f"Changed {number}" for number in range(1, ITEMS + 1)]
    versions = SyncLog.objects.filter(action="updated").values_list("rules_version", flat=True)
    assert set(versions) == {old}

    unmapped.a.edit("1", {"title": "Not mapped any more", "status": "Done"})
    minutes(unmapped, 2)

    assert unmapped.b.records["1"].fields["title"] == "Changed 1"
    assert unmapped.b.records["1"].fields["status"] == "Done"
    assert SyncLog.objects.filter(action="updated", rules_version=old + 1).count() == 1
