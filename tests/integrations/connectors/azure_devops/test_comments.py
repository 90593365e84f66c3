import json
from dataclasses import replace

import pytest
import responses

from integrations.base.errors import (
    TooLargeError,
)
from integrations.base.items import NewComment, Person, Ref, Rich

COMMENT = NewComment(
    Rich("Seen `<b>` **twice**."), Person(None, "Ada"), "DEF-1", "https://tm.example/d/1", "m-1"
)


def test_copies_a_comment_as_markdown(connector, ken, bug, read, calls):
    ref = read(bug).ref
    calls.clear()

    made = connector.add_comment(ref, COMMENT)

    [stored] = ken.comments(bug.number)
    assert stored.is_markdown
    assert stored.text.startswith("**Ada** · [DEF-1](https://tm.example/d/1#tp-sync-m-1):\n\nSeen ")
    assert stored.text.endswith("`&lt;b&gt;` **twice**.")
    assert made.body.md == "Seen `<b>` **twice**."
    assert len(calls) == 1


def test_copies_a_comment_as_html_where_markdown_is_overlooked(connect):
    connector = connect(base_url="https://tfs.example.com/c")
    place = "https://tfs.example.com/c/p/_apis/wit/workItems/7/comments"
    stored = {"id": 3, "text": "", "createdDate": "2026-11-22T10:00:00.1234567Z"}
    with responses.RequestsMock() as wire:
        wire.post(place, json=stored)
        wire.patch(f"{place}/3", json=stored)
        ref = Ref(connector.system.id, "p", "7")

        made = [connector.add_comment(ref, COMMENT).id for _ in range(2)]

        sent = [(call.request.method, call.request.params["format"]) for call in wire.calls]
        text = json.loads(wire.calls[1].request.body)["text"]
    assert made == ["3", "3"]
    assert sent == [("POST", "markdown"), ("PATCH", "html"), ("POST", "html")]
    assert "<strong>twice</strong>" in text or "<b>twice</b>" in text


def test_believes_no_marker_in_what_others_wrote(connector, ken, bug, read):
    ken.comment(bug.number, "**Ada** · [X](https://x.example#tp-sync-m-1):\n\nx", is_markdown=True)

    assert connector.find_comment(read(bug).ref, "m-1") is None


def test_refuses_a_comment_that_is_too_long(connector, bug, read):
    with pytest.raises(TooLargeError):
        connector.add_comment(read(bug).ref, replace(COMMENT, body=Rich("x" * 1_000_001)))
