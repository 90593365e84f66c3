"""Comments: paging, rights, restricted ones, properties in the same call."""

import pytest


@pytest.fixture
def key(sync):
    return sync.new_issue()


def test_adds_a_comment_with_its_property(sync, key):
    marker = {"key": "tp-sync", "value": {"m": 1}}
    body = {"body": sync.text("Seen"), "properties": [marker]}

    made = sync.call("POST", f"/issue/{key}/comment", json=body)

    path = f"/comment/{made.json()['id']}/properties/tp-sync"
    assert made.status_code == 201
    assert made.json()["body"] == sync.text("Seen")
    assert sync.call("GET", path).json() == marker


def test_moves_the_time_of_update_but_properties_do_not(sync, key):
    before = sync.fields(key, "updated")
    sync.call("PUT", f"/issue/{key}/properties/tp", json="x")
    after_property = sync.fields(key, "updated")

    sync.call("POST", f"/issue/{key}/comment", json={"body": sync.text("Seen")})

    assert before == after_property != sync.fields(key, "updated")


def test_pages_the_newest_first(sync, jira, key):
    for number in range(3):
        jira.as_human().comment(key, f"Number {number}")
    params = {"orderBy": "-created", "startAt": 1, "maxResults": 1}

    page = sync.call("GET", f"/issue/{key}/comment", params=params).json()

    assert (page["startAt"], page["maxResults"], page["total"]) == (1, 1, 3)
    assert [comment["body"] for comment in page["comments"]] == [sync.text("Number 1")]


def test_edits_and_deletes_its_own(sync, key):
    path = f"/issue/{key}/comment"
    made = sync.call("POST", path, json={"body": sync.text("Frist")}).json()

    edited = sync.call("PUT", f"{path}/{made['id']}", json={"body": sync.text("First")})
    deleted = sync.call("DELETE", f"{path}/{made['id']}")
    gone = sync.call("GET", f"{path}/{made['id']}")

    assert edited.json()["body"] == sync.text("First")
    assert (deleted.status_code, gone.status_code) == (204, 404)
    assert gone.json()["errorMessages"] == [f"Can not find a comment for the id: {made['id']}."]


def test_refuses_to_edit_what_another_wrote(sync, jira, key):
    comment = jira.as_human().comment(key, "Mine")

    path = f"/issue/{key}/comment/{comment.id}"
    response = sync.call("PUT", path, json={"body": sync.text("Ours")})

    assert response.status_code == 400
    assert [jira.as_human().text(c.body) for c in jira.as_human().comments(key)] == ["Mine"]


def test_refuses_a_reader(jira, key, as_account):
    reader = as_account(jira, "reader")

    response = reader.call("POST", f"/issue/{key}/comment", json={"body": reader.text("Hm")})

    assert response.status_code == 400
    assert response.json()["errorMessages"] == [
        "Rita Reed, you do not have the permission to comment on this issue."
    ]


def test_shows_a_restricted_comment_only_to_its_role(sync, jira, key):
    jira.as_human("admin").comment(key, "For admins", role="Administrators")
    jira.as_human("admin").comment(key, "For developers", role="Developers")

    shown = sync.call("GET", f"/issue/{key}/comment").json()["comments"]

    assert [comment["visibility"]["value"] for comment in shown] == ["Developers"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a string", "Comment body is not valid!"),
        ({"type": "doc", "version": 1, "content": []}, "Comment body can not be empty!"),
    ],
)
def test_refuses_an_unfit_body_on_cloud(on_cloud, body, message):
    key = on_cloud.new_issue()

    response = on_cloud.call("POST", f"/issue/{key}/comment", json={"body": body})

    assert response.json() == {"errorMessages": [], "errors": {"comment": message}}


def test_lists_and_deletes_properties_of_a_comment(sync, key):
    made = sync.call("POST", f"/issue/{key}/comment", json={"body": sync.text("Seen")}).json()
    path = f"/comment/{made['id']}/properties"

    created = sync.call("PUT", f"{path}/tp", json={"m": 1})
    updated = sync.call("PUT", f"{path}/tp", json={"m": 2})
    listed = sync.call("GET", path).json()["keys"]
    sync.call("DELETE", f"{path}/tp")

    assert (created.status_code, updated.status_code) == (201, 200)
    assert [entry["key"] for entry in listed] == ["tp"]
    assert sync.call("GET", f"{path}/tp").status_code == 404
