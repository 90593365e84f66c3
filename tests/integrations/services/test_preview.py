"""A preview counts exactly what the sync then does, and writes nothing anywhere."""

import json
from dataclasses import replace

import pytest

from integrations import services
from integrations.base.items import Schema, TypeSpec
from integrations.engine.rules import default_document
from integrations.models import ConnectionVersion, Link, LinkEnd, SyncLog, SyncTask
from integrations.services import previews
from integrations.services.preview import Verdict, foresee_scope, preview_engine
from testmgmt.core.errors import ConflictError, ForbiddenError, NotFoundError
from testmgmt.core.models import Job
from tests.factories.integrations import SCHEMA
from tests.integrations.services.test_drain import changed, drained


def preview(both, ada):
    job = services.start_preview(user=ada, connection_id=both.connection.pk)
    services.work_preview(job_id=job.pk)
    job.refresh_from_db()
    return job


def mark(both, *ids):
    for item_id in ids:
        changed(both, item_id)


def rows():
    return [
        list(model.objects.values().order_by("pk")) for model in (Link, LinkEnd, SyncTask, SyncLog)
    ]


def publish(both, **more):
    document = {**default_document(SCHEMA, SCHEMA), **more}
    ConnectionVersion.objects.update(rules=document)
    return document


def test_what_is_counted_is_what_the_sync_then_does(both, ada):
    for number in range(3):
        both.a.add({"title": f"Defect {number}"})
    mark(both, "1", "2", "3")
    drained(both)
    both.a.edit("1", {"title": "Changed here"})
    both.a.add({"title": "New"})

    counts = preview(both, ada).result["counts"]
    before = len(both.b.records)
    mark(both, "1", "2", "3", "4")
    drained(both)

    assert counts == {"create": 1, "update": 1, "nothing": 2, "hold": 0, "skip": 0, "error": 0}
    assert len(both.b.records) == before + counts["create"]
    assert both.b.records["1"].fields["title"] == "Changed here"


def test_nothing_is_written_anywhere(both, ada):
    both.a.add({"title": "New", "priority": "High"})
    both.b.add({"title": "Theirs"})
    before = rows()

    preview(both, ada)

    assert rows() == before
    calls = {*both.a.calls, *both.b.calls}
    assert calls <= {"census", "fetch", "schema"}


def test_no_value_is_kept(both, ada):
    both.a.add({"title": "A secret title", "labels": frozenset({"secretlabel"})})

    job = preview(both, ada)

    kept = json.dumps(job.result) + job.message + job.title
    assert job.result["counts"]["create"] == 1
    assert "secret" not in kept


def test_values_are_shown_live(both, ada):
    both.a.add({"title": "First"})
    job = preview(both, ada)
    both.a.edit("1", {"title": "Second"})

    [(item, change)] = services.live_changes(user=ada, job=job, field="title")

    assert item.side == "a"
    assert (change.to, change.before, change.after) == ("b", "", "Second")


def test_what_is_left_out_is_counted_by_reason(both, ada):
    publish(both, create={"a": "asked", "b": "off"})
    both.a.add({"title": "Waits for somebody"})
    both.b.add({"title": "Theirs"})
    both.b.add({"title": "Theirs too"})

    result = preview(both, ada).result

    assert result["counts"]["skip"] == 3
    assert {one["count"] for one in result["reasons"]} == {1, 2}
    assert any("presses Sync" in one["words"] for one in result["reasons"])


def test_values_without_a_counterpart_are_counted(both, ada):
    document = publish(both)
    [rule] = [one for one in document["fields"] if one["id"] == "priority"]
    rule["map"] = {"pairs": [["High", "High"]], "a_to_b": {"missing": "error"}}
    ConnectionVersion.objects.update(rules=document)
    for priority in ("High", "Low", "Low"):
        both.a.add({"title": "T", "priority": priority})

    result = preview(both, ada).result

    [problem] = result["problems"]
    assert (problem["field"], problem["count"]) == ("priority", 2)
    assert "Low" in problem["words"]


def test_calls_are_estimated_from_what_the_tracker_takes_at_once(both, ada):
    for number in range(60):
        both.a.add({"title": f"Defect {number}"})

    result = preview(both, ada).result

    assert result["counts"]["create"] == 60
    assert result["calls"]["b"] == 60
    assert result["calls"]["a"] == 2


def test_fields_that_the_account_may_not_write_are_named(both, ada):
    fields = tuple(
        replace(spec, is_writable=spec.id != "priority") for spec in SCHEMA.types[0].fields
    )
    both.b.schema = Schema((TypeSpec("bug", "Bug", fields), SCHEMA.types[1]))

    result = preview(both, ada).result

    assert result["unwritable"] == []  # a type of the pair can be written
    both.b.schema = Schema((TypeSpec("bug", "Bug", fields), TypeSpec("task", "Task", fields)))
    [told] = preview(both, ada).result["unwritable"]
    assert told == {"field": "priority", "words": "Priority cannot be written"}


def test_only_the_first_items_of_a_field_are_kept(both, ada, monkeypatch):
    monkeypatch.setattr("integrations.services.preview.MAX_ITEMS", 3)
    for number in range(5):
        both.a.add({"title": f"Defect {number}"})

    [title] = [one for one in preview(both, ada).result["fields"] if one["field"] == "title"]

    assert (title["count"], len(title["items"])) == (5, 3)


def test_a_scope_is_read_in_chunks(both, monkeypatch):
    monkeypatch.setattr("integrations.services.preview.CHUNK", 2)
    for number in range(5):
        both.a.add({"title": f"Defect {number}"})

    chunks = list(foresee_scope(preview_engine(both.connection), "a"))

    assert [len(chunk) for chunk in chunks] == [2, 2, 1]
    assert both.a.calls.count("fetch") == 3


def test_a_preview_can_be_stopped(both, ada, monkeypatch):
    both.a.add({"title": "T"})
    job = services.start_preview(user=ada, connection_id=both.connection.pk)
    Job.objects.filter(pk=job.pk).update(is_cancel_requested=True)

    services.work_preview(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_an_outage_ends_it_in_words(both, ada):
    both.b.token = "another"

    job = preview(both, ada)

    assert (job.state, job.message) == ("failed", "The token is wrong. Enter a new token.")


def test_one_at_a_time_and_by_those_who_configure(both, ada, tom, sam):
    services.start_preview(user=ada, connection_id=both.connection.pk)

    with pytest.raises(ConflictError):
        services.start_preview(user=ada, connection_id=both.connection.pk)
    with pytest.raises(ForbiddenError):
        services.start_preview(user=tom, connection_id=both.connection.pk)
    with pytest.raises(NotFoundError):
        services.start_preview(user=sam, connection_id=both.connection.pk)


def test_a_lost_message_loses_no_preview(both, ada):
    job = services.start_preview(user=ada, connection_id=both.connection.pk)
    assert list(services.waiting_previews(now=job.created_at)) == [job.pk]

    services.work_preview(job_id=job.pk)
    services.work_preview(job_id=job.pk)

    assert list(services.waiting_previews(now=job.created_at)) == []


def test_a_preview_whose_worker_died_is_ended(both, ada):
    job = services.start_preview(user=ada, connection_id=both.connection.pk)
    previews.jobs.start_job(job_id=job.pk, now=job.created_at)

    assert list(services.waiting_previews(now=job.created_at + 2 * previews.jobs.LEASE)) == []

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "Its worker stopped; start it once more.")


def test_one_item_is_looked_at_as_if_somebody_asked(both, vera):
    publish(both, create={"a": "asked", "b": "off"})
    both.a.add({"title": "Login fails"})

    one = services.preview_item(user=vera, connection_id=both.connection.pk, item_id="1")

    assert one.verdict is Verdict.CREATE
    assert {change.field: change.after for change in one.changes}["title"] == "Login fails"
    gone = services.preview_item(user=vera, connection_id=both.connection.pk, item_id="99")
    assert (gone.verdict, gone.reason) == (Verdict.SKIP, "The item no longer exists.")


def test_a_draft_is_previewed_before_it_holds(both, ada):
    draft = {**default_document(SCHEMA, SCHEMA), "types": [{"a": "Task", "b": "Task"}]}
    services.save_draft(user=ada, connection_id=both.connection.pk, document=draft)
    both.a.add({"title": "A bug"})

    by_draft, by_rules = (
        services.preview_item(
            user=ada, connection_id=both.connection.pk, item_id="1", is_draft=is_draft
        ).verdict
        for is_draft in (True, False)
    )

    assert (by_draft, by_rules) == (Verdict.SKIP, Verdict.CREATE)


# -- explain


def explained(both, user, item_id="1"):
    found = services.explain(user=user, connection_id=both.connection.pk, item_id=item_id)
    return found, {reason.name: reason for reason in found.reasons}


def test_explains_what_the_next_sync_does(both, vera):
    both.a.add({"title": "New"})

    explanation, reasons = explained(both, vera)

    assert explanation.is_clear
    assert "gets a counterpart" in reasons["Plan"].words
    assert reasons["Link"].words == "It has no link yet."


def test_explains_a_conflict_a_switch_and_the_last_time(both, vera, ada):
    both.a.add({"title": "Login fails"})
    changed(both)
    drained(both)
    both.a.edit("1", {"title": "Ours"})
    both.b.edit("1", {"title": "Theirs"})
    services.pause(user=ada, connection_id=both.connection.pk)

    explanation, reasons = explained(both, vera)

    assert not explanation.is_clear
    assert (reasons["Connection"].is_ok, reasons["Connection"].words) == (False, "It is off.")
    assert "both sides changed it" in reasons["title"].words
    assert reasons["Last time"].is_ok


def test_explains_why_an_item_is_left_out(both, vera):
    publish(both, types=[{"a": "Task", "b": "Task"}])
    both.a.add({"title": "A bug"})

    _explanation, reasons = explained(both, vera)

    assert (reasons["Plan"].is_ok, reasons["Plan"].words) == (
        False,
        "The type “Bug” is not synced.",
    )


def test_explains_an_outage_without_calling(both, vera):
    both.a.add({"title": "A bug"})
    both.systems["b"].status, both.systems["b"].status_message = "down", "It is down."
    both.systems["b"].save()
    both.b.calls.clear()

    _explanation, reasons = explained(both, vera)

    assert (reasons["Tracker"].is_ok, reasons["Tracker"].words) == (False, "It is down.")
    assert both.b.calls == []


def test_a_stranger_is_told_nothing(both, sam):
    with pytest.raises(NotFoundError):
        explained(both, sam)
    with pytest.raises(NotFoundError):
        services.preview_item(user=sam, connection_id=both.connection.pk, item_id="1")
