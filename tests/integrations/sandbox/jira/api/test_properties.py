"""Properties of issues."""

import pytest


@pytest.fixture
def path(sync):
    return f"/issue/{sync.new_issue()}/properties"


def test_sets_reads_lists_and_deletes(sync, path):
    created = sync.send_loosely("PUT", f"{path}/tp-sync", json={"marker": "m1"})
    updated = sync.send_loosely("PUT", f"{path}/tp-sync", json={"marker": "m2"})
    read = sync.call("GET", f"{path}/tp-sync").json()
    listed = sync.call("GET", path).json()["keys"]
    deleted = sync.call("DELETE", f"{path}/tp-sync")

    assert (created.status_code, updated.status_code, deleted.status_code) == (201, 200, 204)
    assert read == {"key": "tp-sync", "value": {"marker": "m2"}}
    assert [entry["key"] for entry in listed] == ["tp-sync"]
    assert sync.call("GET", f"{path}/tp-sync").status_code == 404


def test_refuses_a_value_over_the_limit(sync, path):
    response = sync.send_loosely("PUT", f"{path}/big", json="x" * 32_768)

    assert response.status_code == 400


def test_refuses_a_reader(jira, path, as_account):
    response = as_account(jira, "reader").send_loosely("PUT", f"{path}/tp", json="x")

    assert response.status_code == 403
