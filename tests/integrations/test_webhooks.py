"""What trackers call: over HTTP, signed, forged, too large, again and again."""

import hashlib
import hmac
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from django.core.cache import cache
from django.db.models.functions import Now

from integrations import services
from integrations.models import Endpoint, LinkEnd, SyncLog, SyncTask, System
from integrations.services import hooks
from tests.contracts import contracts, sample
from tests.factories.integrations import pass_time

SECRET = "planted-hook-secret"


@pytest.fixture
def hooked(linked, tracker):
    """Return a system whose tracker calls us, with one linked item."""
    System.objects.filter(pk=tracker.pk).update(hook_secret=SECRET)
    pass_time(60)
    return tracker


@pytest.fixture(autouse=True)
def fresh_limit():
    """Let each test have a minute of its own."""
    cache.clear()


@pytest.fixture
def issue():
    return LinkEnd.objects.get(side="b")


def told(issue_id, scope="10000", **more):
    return json.dumps({"issue": {"id": issue_id, "fields": {"project": {"id": scope}}}, **more})


def signed(body, secret=SECRET):
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    return {"X-Hub-Signature": f"sha256={digest}"}


def call(client, system, body, headers=None):
    headers = signed(body) if headers is None else headers
    return client.post(
        f"/api/hooks/in/{system.pk}", body, content_type="application/json", headers=headers
    )


def rows():
    return (
        list(SyncTask.objects.values("key", "generation", "done").order_by("key")),
        SyncLog.objects.count(),
        list(Endpoint.objects.values_list("hook_seen_at", flat=True).order_by("pk")),
    )


def left():
    return [task.link_id for task in SyncTask.objects.all() if task.generation > task.done]


def test_row_10_a_signed_call_marks_its_item_and_keeps_nothing_else(client, hooked, issue):
    body = told(issue.item_id, secret_text="nobody keeps this")

    answer = call(client, hooked, body)

    assert (answer.status_code, answer.content) == (202, b"")
    assert left() == [issue.link_id]
    assert SyncTask.objects.get(link=issue.link).why == "hook"
    assert Endpoint.objects.get(side="b").hook_seen_at is not None
    assert "nobody keeps this" not in str(list(SyncTask.objects.values()))


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Hub-Signature": "sha256=00"}, signed("{}"), signed(told("10000"), "another secret")],
    ids=["unsigned", "half", "of another body", "with another secret"],
)
def test_row_10_a_forged_call_is_refused_and_leaves_nothing(client, hooked, issue, headers):
    before = rows()

    answer = call(client, hooked, told(issue.item_id), headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "bad_signature"
    assert rows() == before


def test_row_10_a_large_call_is_not_even_read(hooked, site):
    before, host = rows(), site.removeprefix("http://")
    line = http.client.HTTPConnection(host, timeout=20)
    line.putrequest("POST", f"/api/hooks/in/{hooked.pk}")
    line.putheader("Content-Length", str(hooks.MAX_BODY + 1))
    line.endheaders()

    answer = line.getresponse()  # not a byte of the body was sent

    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "too_large"
    line.close()
    assert rows() == before


def test_row_10_a_storm_for_one_item_is_one_reconcile(hooked, issue, cloud, site):
    body, url = told(issue.item_id), f"{site}/api/hooks/in/{hooked.pk}"

    def deliver(_number):
        with requests.Session() as tracker:
            return {
                tracker.post(url, body, headers=signed(body), timeout=20).status_code
                for _ in range(50)
            }

    with ThreadPoolExecutor(20) as trackers:
        answers = set().union(*trackers.map(deliver, range(20)))
    cloud.clear_calls()

    services.drain(system_id=hooked.pk)
    services.drain(system_id=hooked.pk)

    assert answers == {202}
    assert len(cloud.calls(path="/issue/bulkfetch")) == 1
    assert left() == []


def test_row_10_a_storm_around_a_reconcile_makes_two_at_most(client, hooked, issue, cloud):
    cloud.clear_calls()

    for number in range(100):
        assert call(client, hooked, told(issue.item_id)).status_code == 202
        if number % 10 == 0:
            services.drain(system_id=hooked.pk)
    pass_time(hooks.QUIET.total_seconds())
    services.drain(system_id=hooked.pk)

    assert len(cloud.calls(path="/issue/bulkfetch")) == 2
    assert left() == []


def test_row_10_what_happens_during_a_reconcile_is_looked_at_afterwards(client, hooked, issue):
    SyncTask.objects.filter(link=issue.link).update(lease_until=Now() + timedelta(minutes=1))

    for _ in range(3):
        call(client, hooked, told(issue.item_id))

    task = SyncTask.objects.get(link=issue.link)
    assert task.generation == task.done + 1
    assert SyncTask.objects.filter(pk=task.pk, due_at__gt=Now()).exists()


def test_row_10_late_and_reordered_calls_do_no_harm(client, hooked, linked, cloud, minute, issue):
    ken = cloud.as_human("ken")
    ken.edit(issue.item_id, summary="First")
    ken.edit(issue.item_id, summary="Second")

    for old in ("Second", "First", "Login fails"):
        call(client, hooked, told(issue.item_id, changelog={"items": [{"toString": old}]}))
        minute()

    linked.refresh_from_db()
    assert linked.title == "Second"


def test_the_limit_leaves_the_rest_to_a_poll_that_comes_soon(client, hooked, monkeypatch):
    monkeypatch.setattr(hooks, "HINTS_A_MINUTE", 3)
    Endpoint.objects.update(next_poll_at=Now() + timedelta(hours=1))

    for number in range(6):
        assert call(client, hooked, told(f"9000{number}")).status_code == 202

    assert len(left()) == 3
    soon = Endpoint.objects.filter(side="b", next_poll_at__lt=Now() + timedelta(minutes=1))
    assert soon.exists()


def test_the_scope_decides_where_it_is_known(client, hooked, issue):
    call(client, hooked, told("90001", scope="10001"))
    assert left() == []

    call(client, hooked, told("90001"))
    call(client, hooked, told(issue.item_id, scope="10001"))  # linked, and moved meanwhile

    assert SyncTask.objects.filter(item_id="90001").exists()
    assert issue.link_id in left()


def test_a_call_without_a_scope_marks_its_item_in_every_connection(client, hooked):
    call(client, hooked, json.dumps({"issue": {"id": "90001"}}))

    assert SyncTask.objects.filter(item_id="90001").count() == 1


def test_a_signed_call_that_is_none_of_theirs_is_told(client, hooked):
    assert call(client, hooked, "no json").status_code == 400
    assert call(client, hooked, "{}").status_code == 202
    assert left() == []


def test_a_token_in_the_address_stands_for_a_signature(client, hooked, issue):
    url, body = f"/api/hooks/in/{hooked.pk}", told(issue.item_id)

    answers = [
        client.post(f"{url}/token/{token}", body, content_type="application/json").status_code
        for token in ("wrong", SECRET)
    ]

    assert answers == [401, 202]
    assert left() == [issue.link_id]


def test_without_a_secret_nobody_is_believed(client, linked, tracker, issue):
    body = told(issue.item_id)

    assert call(client, tracker, body, signed(body, "")).status_code == 401
    assert call(client, tracker, body, {}).status_code == 401


def test_an_unknown_system_is_not_found(client, db):
    odd = "00000000-0000-4000-8000-000000000000"

    assert client.post(f"/api/hooks/in/{odd}", "{}", "application/json").status_code == 404


def test_a_renewed_secret_replaces_the_old_one(client, hooked, issue, ada):
    secret = services.renew_hook_secret(user=ada, system_id=hooked.pk)
    body = told(issue.item_id)

    assert call(client, hooked, body).status_code == 401
    assert call(client, hooked, body, signed(body, secret)).status_code == 202
    assert secret not in str(list(System.objects.values("name", "options", "status_message")))


def test_takes_what_the_sandbox_really_sends(hooked, linked, cloud, site, issue, minute):
    registered = {
        "name": "testmgmt",
        "url": f"{site}/api/hooks/in/{hooked.pk}",
        "events": ["jira:issue_updated"],
        "secret": SECRET,
    }
    cloud.change_account("admin", {"token": "admin-token"})
    made = requests.post(
        f"{cloud.url}/rest/webhooks/1.0/webhook",
        json=registered,
        auth=("admin@example.com", "admin-token"),
        timeout=20,
    )
    assert made.status_code == 201, made.text

    cloud.as_human("ken").edit(issue.item_id, summary="From Jira")
    cloud.site.courier.close()

    assert [one["status"] for one in cloud.deliveries()] == [202]
    assert left() == [issue.link_id]
    services.drain(system_id=hooked.pk)
    linked.refresh_from_db()
    assert linked.title == "From Jira"


@pytest.mark.parametrize("folder", ["jira-cloud", "jira-server"])
def test_takes_every_captured_call(client, hooked, folder):
    for file in sorted((contracts() / "webhooks" / folder).glob("*.json")):
        body = json.dumps(sample(f"webhooks/{folder}/{file.name}"))

        assert call(client, hooked, body).status_code == 202, file.name
    assert Endpoint.objects.get(side="b").hook_seen_at is not None
