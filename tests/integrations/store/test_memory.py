"""What the engine remembers comes back as it was, and nothing of it is a value."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core import serializers

from integrations import store
from integrations.base.items import Version
from integrations.engine.ports import Entry, FencedError, Result
from integrations.engine.state import (
    CommentState,
    CopyState,
    End,
    FieldState,
    Hold,
    HoldKind,
    Intent,
    LinkPhase,
    LinkState,
    Pending,
    Written,
)
from integrations.models import CommentLink, Conflict, Link, LinkEnd, SyncLog, SyncTask
from integrations.models import Intent as IntentRow
from integrations.services import drain
from integrations.store import LinkMemory, connection_endpoints

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def task(both):
    store.hint(endpoint=both.endpoint("a"), item_id="1", why="save")
    [task] = store.claim(both.systems["b"].pk)
    return task


@pytest.fixture
def memory(both, task):
    return LinkMemory(task, connection_endpoints(both.connection), 3)


@pytest.fixture
def link(both):
    end = End(both.a.scope, "1", "D-1", "https://p.example/1", "7", "Open", NOON)
    return LinkState(uuid4(), "a", {"a": end})


def full(both, link: LinkState) -> LinkState:
    """Return a link with everything that a link can have."""
    comment = CommentState(
        "a", "c1", "1x", CopyState.OK, "c2", "1y", NOON, Pending("b", "1s", "1t")
    )
    return replace(
        link.with_end("b", End(both.b.scope, "9", "MEM-9", "", "1", "Done", NOON, NOON)),
        phase=LinkPhase.ACTIVE,
        reason="because",
        fields={
            "title": FieldState("1a", "1b", Pending("b", "1p", "1q"), None, "a", NOON, "7"),
            "priority": FieldState(
                "1a",
                "1b",
                Pending("a", "1p", "1q", Version(2, 5, is_theirs=True)),
                version=Version(2, 4),
            ),
            "labels": FieldState(
                frozenset({"1l", "1m"}),
                frozenset(),
                Pending("b", frozenset({"1l"}), frozenset({"+1l"})),
            ),
        },
        holds={"status": Hold(HoldKind.CONFLICT, "both changed", NOON, "7", "1")},
        comments={("a", "c1"): comment},
        intent=Intent("marker", NOON, NOON, {"title": "1a"}, {"labels": frozenset({"1l"})}, 1),
        writes={"title": (Written(NOON, "b", "1w"),)},
    )


def test_everything_comes_back_as_it_was(both, memory, link, task):
    memory.open(link)
    saved = full(both, link)

    memory.save(saved)

    fresh = LinkMemory(task, connection_endpoints(both.connection), 3)
    assert fresh.link(link.id) == saved
    assert fresh.link_at("b", "9") == saved
    assert fresh.link_at("a", "9") is None


def test_what_is_gone_is_deleted(both, memory, link):
    memory.open(link)
    memory.save(full(both, link))

    memory.save(replace(full(both, link), intent=None, comments={}, holds={}, writes={}))

    assert not IntentRow.objects.exists()
    assert not CommentLink.objects.exists()
    assert Conflict.objects.get().resolved_at is not None
    assert memory.link(link.id).holds == {}


def test_a_second_opening_finds_the_first(memory, link):
    memory.open(link)

    assert memory.open(replace(link, phase=LinkPhase.HELD)) == link
    assert Link.objects.count() == 1


def test_an_item_never_gets_a_second_link(memory, link):
    memory.open(link)

    assert memory.open(replace(link, id=uuid4())).id == link.id
    assert LinkEnd.objects.count() == 1


def test_nothing_is_saved_once_the_lease_is_lost(both, memory, link):
    memory.open(link)
    both.pass_time(121)
    store.claim(both.systems["b"].pk)

    with pytest.raises(FencedError):
        memory.save(full(both, link), Entry("updated", "Wrote title."))

    assert memory.link(link.id) == link
    assert not SyncLog.objects.exists()


def test_a_guard_stops_who_lost_the_lease(both, memory):
    both.pass_time(121)
    store.claim(both.systems["b"].pk)

    with pytest.raises(FencedError):
        memory.guard()


def test_a_persons_choice_is_obeyed_once(both, memory, link):
    memory.open(link)
    memory.save(full(both, link))
    Conflict.objects.update(resolution="b")

    loaded = memory.link(link.id)

    assert loaded.field_state("status").resolution == "b"
    memory.save(replace(loaded, holds={}))
    assert memory.link(link.id).field_state("status").resolution is None


def test_a_released_fuse_forgets_its_writes(both, memory, link):
    memory.open(link)
    hold = Hold(HoldKind.FUSE, "written 10 times", NOON)
    memory.save(replace(full(both, link), holds={"title": hold}))
    Conflict.objects.update(resolution="release")

    loaded = memory.link(link.id)

    assert loaded.holds == {}
    assert loaded.writes == {}


def test_entries_become_rows_that_name_what_was_done(both, memory, link, task):
    memory.open(link)

    memory.save(
        link,
        Entry("updated", "Wrote title to MEM-9.", to="b", fields=("title",)),
        Entry("held", "status is held.", Result.HELD),
    )

    updated, held = SyncLog.objects.order_by("-action")
    assert (updated.action, updated.direction, updated.fields) == ("updated", "a_to_b", ["title"])
    assert (updated.outcome, updated.rules_version, updated.why) == ("done", 3, "save")
    assert held.outcome == "held"


def test_no_table_holds_a_value(both):
    secret = "Patient 4711 cannot sign in"
    both.a.add({"title": secret, "labels": frozenset({"label-4711"})})
    both.a.comment("1", f"Comment: {secret}")
    store.hint(endpoint=both.endpoint("a"), item_id="1", why="save")
    drain(system_id=both.systems["b"].pk)

    rows = [
        row
        for model in (Link, LinkEnd, CommentLink, IntentRow, SyncTask, SyncLog, Conflict)
        for row in model.objects.all()
    ]
    assert both.b.records
    assert len(rows) > 4
    assert "4711" not in serializers.serialize("json", rows)
