"""Comments: formats, pages, and what they do to their work item."""

import pytest

from tests.integrations.sandbox.azure_devops.conftest import ENGINEERING, add


@pytest.fixture
def number(sync):
    return sync.new_item()["id"]


@pytest.fixture
def path(number):
    return f"{ENGINEERING}/workItems/{number}/comments"


def say(sync, path, text, **params):
    return sync.call("POST", path, json={"text": text}, params=params).json()


def test_keeps_html_cleaned_and_markdown_as_it_is(sync, path):
    html = say(sync, path, "<p onclick='x'>Seen</p><script>1</script>")
    markdown = say(sync, path, "Seen **twice**", format="markdown")

    assert (html["format"], html["text"]) == ("html", "<p>Seen</p>")
    assert (markdown["format"], markdown["text"]) == ("markdown", "Seen **twice**")
    assert "<strong>twice</strong>" in markdown["renderedText"]


def test_pages_from_the_newest_or_from_the_oldest(sync, path):
    for word in "abc":
        say(sync, path, word)

    first = sync.call("GET", path, params={"$top": 2}).json()
    token = first["continuationToken"]
    rest = sync.call("GET", path, params={"$top": 2, "continuationToken": token}).json()
    oldest = sync.call("GET", path, params={"order": "asc"}).json()

    assert [one["text"] for one in first["comments"] + rest["comments"]] == [
        "<div>c</div>",
        "<div>b</div>",
        "<div>a</div>",
    ]
    assert "continuationToken" not in rest
    assert [one["id"] for one in oldest["comments"]] == [1, 2, 3]
    assert oldest["totalCount"] == 3


def test_edits_with_a_higher_version_and_deletes_softly(sync, path):
    own = f"{path}/{say(sync, path, 'First')['id']}"

    edited = sync.call("PATCH", own, json={"text": "Second"}).json()
    sync.call("DELETE", own)

    gone = sync.call("GET", own)
    kept = sync.call("GET", own, params={"includeDeleted": "true"}).json()
    assert (edited["version"], edited["text"]) == (2, "<div>Second</div>")
    assert (gone.status_code, kept["isDeleted"], kept["version"]) == (404, True, 3)
    assert sync.call("GET", path).json()["comments"] == []


def test_makes_a_revision_of_its_item(sync, path, number):
    say(sync, path, "Seen")

    item = sync.item(number)

    assert (item["rev"], item["fields"]["System.CommentCount"]) == (2, 1)
    assert item["fields"]["System.History"] == "<div>Seen</div>"


def test_comes_from_the_history_field_too(sync, path, number):
    sync.patch_item(number, add("System.History", "Seen"))

    comments = sync.call("GET", path).json()["comments"]

    assert [one["text"] for one in comments] == ["<div>Seen</div>"]


def test_lets_only_its_author_change_it(sync, path, number, ken):
    comment = ken.comment(number, "Mine")

    refused = sync.call("PATCH", f"{path}/{comment.id}", json={"text": "Ours"})

    assert refused.status_code == 403


@pytest.mark.parametrize("body", [{"text": " "}, {"text": None}, {}])
def test_refuses_an_empty_comment(sync, path, body):
    assert sync.send_loosely("POST", path, json=body).status_code == 400


def test_is_a_preview(sync, path):
    refused = sync.send_loosely("GET", path, params={"api-version": "7.1"})

    assert refused.json()["typeKey"] == "VssInvalidPreviewVersionException"
