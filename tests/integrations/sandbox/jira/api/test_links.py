"""Remote links."""

import pytest


@pytest.fixture
def path(sync):
    return f"/issue/{sync.new_issue()}/remotelink"


def link(title, **more):
    return {"object": {"url": "https://qa.example/D-1", "title": title}, **more}


def test_updates_the_link_of_the_same_global_id(sync, path):
    created = sync.call("POST", path, json=link("D-1", globalId="g1", relationship="causes"))
    updated = sync.call("POST", path, json=link("D-1 renamed", globalId="g1"))

    found = sync.call("GET", path, params={"globalId": "g1"}).json()
    assert (created.status_code, updated.status_code) == (201, 200)
    assert created.json()["id"] == updated.json()["id"] == found["id"]
    assert found["object"]["title"] == "D-1 renamed"
    assert "relationship" not in found


def test_replaces_and_deletes_by_id(sync, path):
    made = sync.call("POST", path, json=link("D-1")).json()

    replaced = sync.call("PUT", f"{path}/{made['id']}", json=link("D-2"))
    read = sync.call("GET", f"{path}/{made['id']}").json()
    deleted = sync.call("DELETE", f"{path}/{made['id']}")

    assert (replaced.status_code, deleted.status_code) == (204, 204)
    assert read["object"]["title"] == "D-2"
    assert sync.call("GET", path).json() == []


def test_deletes_by_global_id(sync, path):
    sync.call("POST", path, json=link("D-1", globalId="g1"))

    deleted = sync.call("DELETE", path, params={"globalId": "g1"})

    assert deleted.status_code == 204
    assert sync.call("GET", path, params={"globalId": "g1"}).status_code == 404


def test_refuses_a_link_without_address(sync, path):
    response = sync.send_loosely("POST", path, json={"object": {"title": "D-1"}})

    assert response.json()["errors"] == {"url": "'url' is required."}
