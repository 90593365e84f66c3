"""Fault matrix, row 28: a bad code or request is refused, and no partial state stays."""

import base64
import json
import time

import pytest
import requests
from django.db.models import F

from integrations import services
from integrations.base.signing import SIGNATURE, TIME, Caller, derived
from integrations.models import Connection, Peer, PeerNonce, SyncTask, System
from integrations.services.agreements import agreement_of, terms_hash
from integrations.services.engines import _kept
from integrations.services.invitations import LIFE
from testmgmt.core.errors import DomainError
from tests.factories.integrations import pass_time

ACCEPTED, REFUSED, FORBIDDEN, UNAVAILABLE = 200, 401, 403, 503


def told(code):
    return json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))


def as_code(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def rows():
    """Count all that a pairing leaves behind."""
    return [one.objects.count() for one in (Connection, System, Peer, SyncTask)]


def caller(end, *, key=None, terms=None):
    """Return what signs as the other side of an end does."""
    key = agreement_of(end.far).key if key is None else key
    return Caller(key, str(end.pk), terms or terms_hash("newest"))


def ask(live_server, signer, path="/peer/changes?cursor=start", **changed):
    headers = {**signer.headers("GET", path, b""), **changed}
    return requests.get(f"{live_server.url}/api{path}", headers=headers, timeout=10), headers


# -- codes


def test_row_28_a_code_is_used_once(ends):
    code = ends.a.invite().code
    ends.b.accept(code)
    before = rows()

    with pytest.raises(DomainError, match="was used"):
        ends.b.accept(code)

    assert rows() == before


def test_row_28_an_expired_code_is_refused_by_both_sides(ends):
    code = ends.a.invite().code
    Peer.objects.update(expires_at=F("expires_at") - LIFE)
    before = rows()

    with pytest.raises(DomainError, match="has expired"):
        ends.b.accept(code)
    with pytest.raises(DomainError, match="Ask for a new one"):
        ends.b.accept(as_code({**told(code), "expires": int(time.time()) - 1}))

    assert rows() == before
    assert Peer.objects.get().accepted_at is None


@pytest.mark.parametrize("secret", ["00" * 16, "", "zz"])
def test_row_28_a_wrong_secret_opens_nothing_and_spends_nothing(ends, secret):
    code = ends.a.invite().code
    before = rows()

    with pytest.raises(DomainError):
        ends.b.accept(as_code({**told(code), "secret": secret}))

    assert rows() == before
    ends.b.accept(code)


def test_row_28_a_renewed_invitation_voids_the_code_before(ends):
    code = ends.a.invite().code
    renewed = services.renew_invitation(user=ends.a.user, connection_id=ends.a.pk)

    with pytest.raises(DomainError):
        ends.b.accept(code)

    ends.b.accept(renewed.code)
    with pytest.raises(DomainError, match="accepted already"):
        services.renew_invitation(user=ends.a.user, connection_id=ends.a.pk)


def test_row_28_codes_cannot_be_tried_by_the_dozen(ends, live_server):
    ends.a.invite()
    body = {"secret": "00" * 16}

    statuses = [
        requests.post(f"{live_server.url}/api/peer/accept", json=body, timeout=10).status_code
        for _ in range(12)
    ]

    assert statuses == [FORBIDDEN] * 10 + [429] * 2


def test_row_28_a_code_without_an_address_says_what_to_do(ends):
    code = as_code({**told(ends.a.invite().code), "url": None})

    with pytest.raises(DomainError, match="Invite it from here"):
        ends.b.accept(code)


def test_row_28_a_key_never_travels_in_the_clear(ends):
    ends.b.wish = services.Wish(ends.b.wish.target, "B")

    with pytest.raises(DomainError, match="https"):
        ends.b.accept(ends.a.invite().code)


def test_row_28_an_inviter_that_is_gone_leaves_nothing_here(ends, closed_port):
    code = as_code({**told(ends.a.invite().code), "url": f"http://127.0.0.1:{closed_port}"})
    before = rows()

    with pytest.raises(DomainError, match="Nothing answers"):
        ends.b.accept(code)

    assert rows() == before


def test_only_the_hash_of_the_secret_is_stored_and_both_show_the_same_words(ends):
    code = ends.a.invite().code
    secret = told(code)["secret"]
    stored = json.dumps(list(Peer.objects.values()), default=str)
    ends.b.accept(code)

    assert secret not in stored
    assert ends.a.peer.fingerprint == ends.b.peer.fingerprint
    assert len(ends.a.peer.fingerprint.split()) == 4
    assert agreement_of(ends.a.far).key == agreement_of(ends.b.far).key
    assert agreement_of(ends.a.far).own_key != agreement_of(ends.b.far).own_key


def test_nothing_is_switched_on_before_somebody_accepted(ends):
    ends.a.invite()

    with pytest.raises(DomainError, match="Nobody accepted"):
        ends.a.enable()


# -- requests


@pytest.fixture
def met(ends):
    ends.meet()
    return ends


def test_row_28_a_signed_request_is_answered_once(met, live_server):
    answer, headers = ask(live_server, caller(met.a))
    nonces = PeerNonce.objects.count()
    again = requests.get(answer.url, headers=headers, timeout=10)

    assert answer.status_code == ACCEPTED
    assert again.status_code == REFUSED
    assert PeerNonce.objects.count() == nonces


@pytest.mark.parametrize("seconds", [-301, 301])
def test_row_28_a_request_out_of_time_is_refused(met, live_server, monkeypatch, seconds):
    now = time.time()
    monkeypatch.setattr("integrations.base.signing.time.time", lambda: now + seconds)
    signer = caller(met.a).headers("GET", "/peer/changes", b"")
    monkeypatch.undo()

    answer = requests.get(f"{live_server.url}/api/peer/changes", headers=signer, timeout=10)

    assert answer.status_code == REFUSED
    assert not PeerNonce.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {SIGNATURE: "00" * 32},
        {SIGNATURE: "é".encode()},
        {TIME: "0"},
        {TIME: "soon"},
        {"X-Peer-Nonce": "another"},
        {"X-Peer-Terms": "others"},
        {"X-Peer-Connection": "00000000-0000-4000-8000-000000000000"},
        {"X-Peer-Connection": "nobody"},
    ],
)
def test_row_28_every_part_of_a_request_is_signed(met, live_server, change):
    answer, _ = ask(live_server, caller(met.a), **change)

    assert answer.status_code == REFUSED
    assert not PeerNonce.objects.exists()


def test_row_28_path_body_and_method_are_signed(met, live_server):
    headers = caller(met.a).headers("POST", "/peer/items", b'{"ids": []}')
    url = f"{live_server.url}/api/peer/"

    answers = [
        requests.post(f"{url}items", data=b'{"ids": ["1"]}', headers=headers, timeout=10),
        requests.get(f"{url}changes", headers=headers, timeout=10),
        requests.get(f"{url}changes", timeout=10),
    ]

    assert [answer.status_code for answer in answers] == [REFUSED] * 3
    assert not PeerNonce.objects.exists()


def test_row_28_a_wrong_key_stops_the_system_until_a_person_acts(met):
    System.objects.filter(pk=met.b.far.pk).update(
        credentials=json.dumps({"key": derived(b"other", b"", "x").hex()})
    )
    met.a.tracker.add({"title": "Secret"})

    met.minutes()

    assert met.b.far.status == System.Status.AUTH
    assert not met.b.tracker.records
    assert not PeerNonce.objects.filter(peer=met.a.peer).exists()


def test_row_28_a_contract_that_differs_pauses_both_with_an_explanation(pair):
    pair.a.tracker.add({"title": "Before"})
    pair.minutes()
    Peer.objects.filter(pk=pair.a.peer.pk).update(conflicts="inviter")
    far = pair.a.far
    System.objects.filter(pk=far.pk).update(
        options={**far.options, "conflicts": "inviter", "terms": terms_hash("inviter")}
    )
    _kept.connectors.clear()
    pair.a.tracker.edit(pair.a.record().id, {"title": "After"})

    pair.minutes(2)

    for end in (pair.a, pair.b):
        assert end.connection.status == Connection.Status.SUSPENDED
        assert "do not agree on how conflicts end" in end.connection.reason
    assert pair.b.record().fields["title"] == "Before"


def test_row_28_a_peer_that_is_gone_loses_nothing_and_comes_back(pair, closed_port):
    pair.a.tracker.add({"title": "Before"})
    pair.minutes()
    far, url = pair.b.far, pair.b.far.base_url
    System.objects.filter(pk=far.pk).update(base_url=f"http://127.0.0.1:{closed_port}")
    pair.a.tracker.edit(pair.a.record().id, {"title": "While it was gone"})
    pair.b.tracker.comment(pair.b.record().id, "Meanwhile")

    pair.minutes()
    assert pair.b.record().fields["title"] == "Before"

    System.objects.filter(pk=far.pk).update(base_url=url)
    pass_time(3600)
    pair.minutes(4)
    assert pair.b.record().fields["title"] == "While it was gone"
    assert [one.body.md for one in pair.a.record().comments] == ["Meanwhile"]
    assert len(pair.b.tracker.records) == 1


def test_row_28_a_side_that_is_switched_off_says_so_and_the_other_waits(pair, live_server):
    services.pause(user=pair.a.user, connection_id=pair.a.pk)

    answer, _ = ask(live_server, caller(pair.a))

    assert answer.status_code == UNAVAILABLE
    assert pair.b.connection.status == Connection.Status.ACTIVE


def test_row_28_only_what_is_offered_is_shown(pair, live_server):
    pair.a.tracker.add({"title": "Offered"})
    pair.minutes(1)
    version = pair.a.connection.versions.get(state="published")
    rules = {**version.rules, "create": {"a": "off", "b": "auto"}}
    services.publish_rules(user=pair.a.user, connection_id=pair.a.pk, document=rules)
    hidden = pair.a.tracker.add({"title": "Kept here"})
    pair.minutes(1)
    body = json.dumps({"ids": [hidden.id, "1"]}).encode()
    headers = caller(pair.a).headers("POST", "/peer/items", body)

    answer = requests.post(
        f"{live_server.url}/api/peer/items",
        data=body,
        headers={**headers, "Content-Type": "application/json"},
        timeout=10,
    )

    items = answer.json()["items"]
    assert items[hidden.id] == {"denied": "It is not shared."}
    assert "url" not in items["1"]
    assert "memory.example" not in answer.text


def test_row_28_a_cursor_of_somebody_else_is_refused(met, live_server):
    path = "/peer/changes?cursor=eyJhdCI6MX0"

    answer, _ = ask(live_server, caller(met.a), path)

    assert answer.status_code == 400


def test_row_28_nonces_are_forgotten_once_their_requests_are_too_old(met, live_server):
    ask(live_server, caller(met.a))
    PeerNonce.objects.update(at=F("at") - LIFE)

    ask(live_server, caller(met.a))

    assert PeerNonce.objects.count() == 1
