"""The small validator agrees with the vendor's schema."""

import copy
from functools import cache

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.sandbox.jira.markup import adf
from tests.contracts import sample


def doc(*blocks):
    return {"type": "doc", "version": 1, "content": list(blocks)}


def text(words, *marks):
    node = {"type": "text", "text": words}
    return {**node, "marks": [{"type": mark} for mark in marks]} if marks else node


def block(kind, *content, **attributes):
    node = {"type": kind, "content": list(content)}
    return {**node, "attrs": attributes} if attributes else node


def leaf(kind, **attributes):
    return {"type": kind, "attrs": attributes} if attributes else {"type": kind}


def paragraph(*content):
    return block("paragraph", *(content or [text("words")]))


ITEM = block("listItem", paragraph())
MEDIA = leaf("media", type="file", id="m1", collection="c")
VALID = [
    doc(),
    doc(block("paragraph")),
    doc(paragraph(text("a", "strong", "em"), text("b", "code"), leaf("hardBreak"))),
    doc(paragraph({**text("x"), "marks": [{"type": "link", "attrs": {"href": "https://x"}}]})),
    doc(paragraph(leaf("mention", id="1", text="@Ken"), leaf("emoji", shortName=":x:"))),
    doc(paragraph(leaf("inlineCard", url="https://x"), leaf("date", timestamp="1"))),
    doc(paragraph(leaf("status", text="busy", color="blue"))),
    doc(block("heading", text("h"), level=3)),
    doc(block("bulletList", block("listItem", paragraph(), block("orderedList", ITEM)))),
    doc(block("taskList", block("taskItem", text("t"), localId="2", state="TODO"), localId="1")),
    doc(block("codeBlock", text("x = 1"), language="python")),
    doc(block("blockquote", paragraph(), block("bulletList", ITEM))),
    doc(block("panel", paragraph(), panelType="warning")),
    doc(leaf("rule")),
    doc(block("expand", paragraph(), title="more")),
    doc(block("table", block("tableRow", block("tableHeader", paragraph())))),
    doc(block("mediaSingle", MEDIA, layout="center")),
    doc(block("mediaGroup", MEDIA)),
    doc(leaf("extension", extensionKey="k", extensionType="t")),
]
INVALID = [
    {"type": "doc", "version": 2, "content": []},
    {"type": "paragraph", "content": []},
    doc(text("no block")),
    doc(paragraph(text(""))),
    doc(paragraph(block("paragraph"))),
    doc(paragraph(text("x", "code", "strong"))),
    doc(paragraph(text("x", "shout"))),
    doc(paragraph({**text("x"), "marks": [{"type": "link", "attrs": {}}]})),
    doc(paragraph(leaf("mention", text="@Ken"))),
    doc(block("heading", text("h"))),
    doc(block("heading", text("h"), level=7)),
    doc(block("bulletList")),
    doc(block("bulletList", paragraph())),
    doc(block("listItem", paragraph())),
    doc(block("codeBlock", text("x", "strong"))),
    doc(block("blockquote", block("heading", text("h"), level=1))),
    doc(block("panel", paragraph(), panelType="loud")),
    doc(block("panel", block("panel", paragraph(), panelType="info"), panelType="info")),
    doc(block("table", block("tableCell", paragraph()))),
    doc(block("taskList", block("taskItem", localId="2", state="TODO"))),
    doc({**paragraph(), "colour": "red"}),
    doc(block("marquee", text("x"))),
]


@pytest.fixture(scope="module")
def schema():
    return _schema()


@cache
def _schema():
    return jsonschema.Draft4Validator(sample("adf.schema.json"))


@pytest.mark.parametrize("document", VALID)
def test_takes_what_the_schema_takes(schema, document):
    assert schema.is_valid(document)
    assert adf.problems(document) == []


@pytest.mark.parametrize("document", INVALID)
def test_refuses_what_the_schema_refuses(schema, document):
    assert not schema.is_valid(document)
    assert adf.problems(document) != []


def spoilt(document, path, change):
    """Return the document with one node deep inside changed."""
    copied = copy.deepcopy(document)
    nodes = [copied]
    for node in nodes:
        nodes += [child for child in node.get("content", []) if isinstance(child, dict)]
    change(nodes[path % len(nodes)])
    return copied


def rename(name):
    return lambda node: node.update(type=name)


CHANGES = [
    *(rename(node["type"]) for document in VALID for node in document["content"]),
    rename("listItem"),
    rename("text"),
    rename("marquee"),
    lambda node: node.pop("content", None),
    lambda node: node.pop("attrs", None),
    lambda node: node.update(text=""),
    lambda node: node.update(content=[text("inside")]),
    lambda node: node.update(attrs={"colour": "red"}),
]


@settings(max_examples=60, deadline=None)
@given(
    document=st.sampled_from(VALID),
    path=st.integers(0, 6),
    change=st.sampled_from(CHANGES),
)
def test_takes_nothing_spoilt_that_the_schema_refuses(document, path, change):
    broken = spoilt(document, path, change)

    assert adf.problems(broken) != [] or _schema().is_valid(broken)
