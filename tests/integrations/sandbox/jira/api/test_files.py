"""Attachments."""

import pytest

_NO_CHECK = {"X-Atlassian-Token": "no-check"}


@pytest.fixture
def key(sync):
    return sync.new_issue()


def upload(caller, key, content=b"\x00\x01", name="app.log"):
    path = f"/issue/{key}/attachments"
    return caller.call("POST", path, files={"file": (name, content)}, headers=_NO_CHECK)


def test_uploads_and_shows_the_file_on_the_issue(sync, key):
    made = upload(sync, key)

    shown = sync.fields(key, "attachment")["attachment"]
    assert made.status_code == 200
    assert (made.json()[0]["filename"], made.json()[0]["size"]) == ("app.log", 2)
    assert [file["id"] for file in shown] == [made.json()[0]["id"]]


def test_moves_the_time_of_update(sync, key):
    before = sync.fields(key, "updated")

    upload(sync, key)

    assert sync.fields(key, "updated") != before


def test_sends_a_download_on_to_a_media_address_on_cloud(on_cloud):
    key = on_cloud.new_issue()
    made = upload(on_cloud, key).json()[0]

    path = f"/attachment/content/{made['id']}"
    sent_on = on_cloud.call("GET", path, allow_redirects=False)
    direct = on_cloud.get(sent_on.headers["Location"], auth=("", ""), timeout=10)

    assert sent_on.status_code == 303
    assert direct.content == b"\x00\x01"


def test_opens_no_media_address_with_a_forged_token(on_cloud, cloud):
    made = upload(on_cloud, on_cloud.new_issue()).json()[0]

    forged = on_cloud.get(f"{cloud.url}/media/{made['id']}?token=9999999999999.abc", timeout=10)

    assert forged.status_code == 403


def test_gives_the_bytes_on_data_center_to_who_may_see_the_issue(on_server, server, as_account):
    made = upload(on_server, on_server.new_issue()).json()[0]

    own = on_server.get(made["content"], timeout=10)
    outside = as_account(server, "outsider").get(made["content"], timeout=10)

    assert (own.content, outside.status_code) == (b"\x00\x01", 404)


def test_takes_no_upload_without_the_header(sync, key):
    path = f"/issue/{key}/attachments"

    response = sync.send_loosely("POST", path, files={"file": ("app.log", b"x")})

    assert response.status_code == 403
    assert sync.fields(key, "attachment") == {"attachment": []}


def test_refuses_a_file_over_the_limit(sync, key):
    limit = sync.call("GET", "/attachment/meta").json()["uploadLimit"]

    response = upload(sync, key, b"x" * (limit + 1))

    assert response.status_code == 413


def test_describes_and_deletes_its_own_file(sync, key):
    made = upload(sync, key).json()[0]

    described = sync.call("GET", f"/attachment/{made['id']}")
    deleted = sync.call("DELETE", f"/attachment/{made['id']}")

    assert described.json()["filename"] == "app.log"
    assert deleted.status_code == 204
    assert sync.call("GET", f"/attachment/{made['id']}").status_code == 404
